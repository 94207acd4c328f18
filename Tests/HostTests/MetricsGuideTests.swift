import Foundation
import Testing

/// The guide is true: it describes exactly the metrics that are written.
@Suite struct MetricsGuideTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.sources.appending(path: path), encoding: .utf8)
  }

  private func described(_ prefix: String) throws -> Set<String> {
    Set(
      try text("Host/Host.docc/Metrics.md").matches(of: /(?m)^\| `([a-z0-9_]+)` \|/).map { String($0.1) }
        .filter { $0.hasPrefix(prefix) })
  }

  @Test func everyMetricOfAHostIsDescribed() throws {
    let folder = Self.sources.appending(path: "Host/Control").path
    var written: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".swift") {
      written.formUnion(try text("Host/Control/\(name)").matches(of: /"(signalbox_[a-z0-9_]+)"/).map { String($0.1) })
    }
    #expect(written.count > 30)
    #expect(try described("signalbox_") == written)
  }

  @Test func everyMetricOfTheReferenceApplicationIsDescribed() throws {
    let code = try text("Workload/HTTP/Metrics.swift")
    let written = Set(code.matches(of: #/TYPE (workload_[a-z0-9_]+) /#).map { String($0.1) })
    #expect(written.count > 5)
    #expect(try described("workload_") == written)
  }
}
