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

  /// Who wrote a name into the lease last.
  static func holder(beside journal: String) -> String? {
    guard let data = try? Data(contentsOf: URL(filePath: file(beside: journal))), !data.isEmpty else { return nil }
    return String(decoding: data.prefix(200), as: UTF8.self)
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
