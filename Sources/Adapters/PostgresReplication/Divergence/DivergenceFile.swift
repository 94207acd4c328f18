import FoundationEssentials
import Glibc
import Operations

/// The export of one rejoin: JSON lines that their owner alone may read.
struct DivergenceFile: Sendable {
  let directory: String
  let name: String

  /// - Parameter attempt: tells one rejoin from the next, so that none takes the rows of another away.
  init(directory: String, settings: LinkSettings, attempt: Generation?) {
    self.directory = directory
    let direction = String(
      settings.directionName.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") ? $0 : "_" })
    name = "divergence-\(direction)\(attempt.map { "-\($0)" } ?? "").jsonl"
  }

  var path: String { "\(directory)/\(name)" }

  /// Writes the file anew. It is there whole and durable when this returns, and as it was before when it throws.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` naming the file and why it could not be written; what `body` throws.
  func write(_ body: (inout Lines) async throws -> Void) async throws {
    let draft = "\(directory)/.\(name).draft"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw fault(draft) }
    do {
      var lines = Lines(file: self, descriptor: descriptor)
      try await body(&lines)
      try lines.flush()
      guard fsync(descriptor) == 0 else { throw fault(draft) }
    } catch {
      close(descriptor)
      unlink(draft)
      throw error
    }
    guard close(descriptor) == 0, rename(draft, path) == 0 else {
      defer { unlink(draft) }
      throw fault(path)
    }
    try settleName()
  }

  /// The new name too must outlast a power cut.
  private func settleName() throws {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault(directory) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault(directory) }
  }

  fileprivate func fault(_ path: String) -> LinkFailure {
    .blocked(
      "the rows that differ cannot be written to \(path): \(String(cString: strerror(errno))); see that its directory "
        + "exists, may be written and has room")
  }

  /// Takes lines, a block at a time to the disk.
  struct Lines {
    fileprivate let file: DivergenceFile
    fileprivate let descriptor: Int32
    private var buffer: [UInt8] = []
    private let encoder: JSONEncoder
    private static let block = 256 * 1024

    fileprivate init(file: DivergenceFile, descriptor: Int32) {
      self.file = file
      self.descriptor = descriptor
      encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    mutating func append(_ row: DivergentRow) throws {
      buffer.append(contentsOf: try encoder.encode(row))
      buffer.append(UInt8(ascii: "\n"))
      if buffer.count >= Self.block { try flush() }
    }

    fileprivate mutating func flush() throws {
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw file.fault(file.path) }
        rest = rest.dropFirst(count)
      }
      buffer.removeAll(keepingCapacity: true)
    }
  }
}
