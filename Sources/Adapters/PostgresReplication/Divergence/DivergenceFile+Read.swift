import FoundationEssentials
import Glibc
import Operations

extension DivergenceFile {
  /// Hands on each row with the number of its line, from 1.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` when there is no such file or a line is no row; what `body` throws.
  func read(_ body: (DivergentRow, Int) async throws -> Void) async throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LinkFailure.blocked(
        errno == ENOENT
          ? "nothing was exported to \(path): export first" : "\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    let decoder = JSONDecoder()
    var number = 0
    var line: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw LinkFailure.blocked("\(path): \(String(cString: strerror(errno)))") }
      guard count > 0 else { break }
      var rest = block[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line.append(contentsOf: rest[..<end])
        rest = rest[(end + 1)...]
        number += 1
        guard let row = try? decoder.decode(DivergentRow.self, from: Data(line)) else {
          throw LinkFailure.blocked("line \(number) of \(path) is no row of an export")
        }
        line.removeAll(keepingCapacity: true)
        try await body(row, number)
      }
      line.append(contentsOf: rest)
    }
    guard line.isEmpty else { throw LinkFailure.blocked("the last line of \(path) is cut short") }
  }
}
