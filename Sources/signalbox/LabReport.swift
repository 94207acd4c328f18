import ArgumentParser
import Dispatch
import FoundationEssentials
import Glibc
import Lab

/// How the lab's commands speak.
enum LabReport {
  /// Ends the program with the error's own words, and status 1.
  static func failing<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as LabError {
      writeError("signalbox: \(error)\n")
      throw ExitCode(1)
    }
  }

  static func progress(_ step: LabProgress, format: LabFormat) {
    switch format {
    case .text:
      let tenths = Int((step.elapsedSeconds * 10).rounded())
      writeError("\(tenths / 10).\(tenths % 10) s  \(step.message)\n")
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      guard let line = try? encoder.encode(step) else { return }
      writeError(String(decoding: line, as: UTF8.self) + "\n")
    }
  }

  static func print(_ status: LabStatus, format: LabFormat) throws {
    Swift.print(format == .json ? try LabJSON.text(status) : text(status))
  }

  private static func text(_ status: LabStatus) -> String {
    var lines = [
      "lab        \(status.directory)", "supervisor pid \(status.supervisor.pid)", "config     \(status.configuration)",
      "DNS        \(status.dns.name) at \(status.dns.address):\(status.dns.port)", "DNS API    \(status.dns.apiURL)",
    ]
    for cloud in status.clouds {
      let running = cloud.instances.count { $0.pid != nil }
      lines.append(
        "\(cloud.id)".padded(to: 10) + " \(cloud.url)  \(running)/\(cloud.instances.count) instances running")
      let database = cloud.database
      let state = database.pid == nil ? "not running" : "running"
      lines.append("           database \(database.host):\(database.port)/\(database.name) \(state)")
    }
    lines.append("users      \(status.users)")
    let faults = status.faults.map(\.description).joined(separator: ", ")
    lines.append("faults     \(faults.isEmpty ? "none" : faults)")
    return lines.joined(separator: "\n")
  }

  /// Calls `body` at Ctrl-C, in place of dying.
  static func onInterrupt(_ body: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler(handler: DispatchWorkItem(block: body))
    source.resume()
    return source
  }

  static func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(2, bytes, bytes.count)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
