internal import Foundation

extension RecordedStream {
  private static let folder =
    "/" + "\(#filePath)".split(separator: "/").dropLast(2).joined(separator: "/")
    + "/PgoutputTests/Recorded"

  /// What was recorded, by name.
  public static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".pgoutput") }.map { String($0.dropLast(9)) }.sorted()
  }()

  public static func named(_ name: String) throws -> RecordedStream {
    try RecordedStream(file: "\(folder)/\(name).pgoutput")
  }

  /// The stream as a person has read and approved it.
  public static func approvedText(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name).txt", encoding: .utf8)
  }

  /// Replaces what was recorded.
  public func record(as name: String) throws {
    try write(to: "\(Self.folder)/\(name).pgoutput")
    try Transcript.of(self).write(toFile: "\(Self.folder)/\(name).txt", atomically: true, encoding: .utf8)
  }
}
