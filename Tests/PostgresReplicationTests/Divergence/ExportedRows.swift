import FoundationEssentials
import Glibc
import Operations
import TestSupport

@testable import PostgresReplication

/// A directory of a test's own, and the exports in it.
final class ExportDirectory: Sendable {
  private let directory = TemporaryDirectory("signalbox-divergence")

  var path: String { directory.path }

  var files: [String] {
    ChildProcess.run(["ls", "-A", path]).output.split(separator: "\n").map(String.init).sorted()
  }

  /// The permissions of a file, as `ls` would not write them.
  func mode(_ file: String) -> mode_t {
    var status = stat()
    return lstat("\(path)/\(file)", &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  func text(_ file: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\(file)")), as: UTF8.self)
  }

  /// The rows of the only file, in its order.
  func rows() throws -> [DivergentRow] {
    guard let file = files.first, files.count == 1 else { throw Unexpected(files: files) }
    return try text(file).split(separator: "\n").map {
      try JSONDecoder().decode(DivergentRow.self, from: Data($0.utf8))
    }
  }

  /// What is told of each row: `public.account id=1 differs`.
  func lines() throws -> [String] {
    try rows().map { row in
      let key = row.key.map { key in
        key.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "∅")" }.joined(separator: ",")
      }
      return [row.table, key, row.kind.rawValue].compactMap(\.self).joined(separator: " ")
    }
  }

  struct Unexpected: Error { var files: [String] }
}
