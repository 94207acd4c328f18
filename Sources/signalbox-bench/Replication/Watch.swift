import FoundationEssentials

/// A session that looks for a row until there is one.
struct Watch {
  let child: Child
  let output: String

  /// Waits for the row.
  ///
  /// - Returns: when it was seen, in seconds since 1970 by the server's clock.
  func timeSeen() throws -> Double {
    let hasEnded = child.wait()
    let text = String(decoding: try Data(contentsOf: URL(filePath: output)), as: UTF8.self)
    guard hasEnded, let time = text.split(separator: "\n").last.flatMap({ Double($0) }) else {
      throw BenchError("a row that was waited for did not come: \(text)")
    }
    return time
  }
}
