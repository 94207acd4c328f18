import FoundationEssentials
import Testing

/// Compares reports with those stored in `Golden/`. `SIGNALBOX_RECORD_GOLDEN=1` stores them instead; look at the
/// difference before committing it.
enum Golden {
  static let isRecording = ProcessInfo.processInfo.environment["SIGNALBOX_RECORD_GOLDEN"] == "1"

  static func check(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let folder = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
    let file = "/\(folder)/Golden/\(name)"
    if isRecording {
      try actual.write(toFile: file, atomically: true, encoding: .utf8)
      return
    }
    guard let stored = try? String(contentsOfFile: file, encoding: .utf8) else {
      Issue.record("no golden report \(name); record it with SIGNALBOX_RECORD_GOLDEN=1", sourceLocation: sourceLocation)
      return
    }
    guard stored != actual else { return }
    let pairs = zip(stored.split(separator: "\n"), actual.split(separator: "\n"))
    let first = pairs.first { $0 != $1 }.map { "\n  stored  \($0)\n  written \($1)" } ?? ""
    Issue.record(
      "\(name) differs from its golden report; SIGNALBOX_RECORD_GOLDEN=1 stores the new one\(first)",
      sourceLocation: sourceLocation)
  }
}
