import FoundationEssentials
import Glibc
import Operations

/// The right to move levers: a lock on a file beside the journal. The kernel frees it when its holder dies, however.
final class LeaseLock: Sendable {
  private let descriptor: Int32
  private let path: String

  private init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// Takes the lease; nil when somebody else holds it.
  ///
  /// - Throws: ``HostError/failed(_:)`` when the file cannot be made.
  static func acquire(beside journal: String, holder: String) throws -> LeaseLock? {
    let path = file(beside: journal)
    try? FileManager.default.createDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw HostError.failed("lease \(path): \(String(cString: strerror(errno))); check the directory of the journal")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    // On a full disk the name may not fit; the lock holds without it.
    let text = Array(holder.utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    return LeaseLock(descriptor: descriptor, path: path)
  }

  /// Who holds the lease; nil when nobody does.
  static func currentHolder(beside journal: String) -> String? {
    let descriptor = open(file(beside: journal), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // A shared lock is refused while somebody holds the exclusive one; it ends with the descriptor.
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    var name = [UInt8](repeating: 0, count: 200)
    let count = read(descriptor, &name, name.count)
    return count > 0 ? String(decoding: name.prefix(count), as: UTF8.self) : "another process"
  }

  /// Whether the file that is locked is still the one in its place; a lease on a removed file fences nobody.
  var stands: Bool {
    var locked = stat()
    var placed = stat()
    guard fstat(descriptor, &locked) == 0, stat(path, &placed) == 0 else { return false }
    return locked.st_ino == placed.st_ino && locked.st_dev == placed.st_dev
  }

  private static func file(beside journal: String) -> String { journal + ".lease" }
}
