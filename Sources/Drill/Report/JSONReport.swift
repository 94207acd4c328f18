import FoundationEssentials

/// A report for a program.
public struct JSONReport: Sendable {
  let report: DrillReport

  public init(_ report: DrillReport) { self.report = report }

  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
  }
}
