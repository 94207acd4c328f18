import FoundationEssentials
import Glibc

/// The end of a log, for an error message.
enum LogTail {
  static func size(_ path: String) -> Int {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) : 0
  }

  static func text(_ path: String, from offset: Int) -> String {
    guard let data = FileManager.default.contents(atPath: path), data.count > offset else { return "" }
    return String(decoding: data.dropFirst(offset), as: UTF8.self)
  }

  /// The last lines that say something, at most `count`.
  static func last(of text: String, count: Int = 4) -> String {
    let lines = text.split(whereSeparator: \.isNewline).suffix(count)
    return lines.isEmpty ? "it said nothing" : lines.joined(separator: " | ")
  }

  static func last(ofFile path: String) -> String { last(of: text(path, from: max(0, size(path) - 4096))) }
}
