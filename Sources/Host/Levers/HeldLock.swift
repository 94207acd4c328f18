import Glibc
import Operations
import Synchronization

/// The lock, held until it is given back or let go of.
final class HeldLock: HeldLease {
  /// Nil once it was given back.
  private let descriptor: Mutex<Int32?>
  private let path: String

  init(descriptor: Int32, path: String) {
    self.descriptor = Mutex(descriptor)
    self.path = path
  }

  deinit { unlock() }

  /// A lock has no number.
  var fence: Generation? { nil }

  /// Whether the file that is locked is still the one in its place; a lock on a removed file keeps nobody out.
  var stands: Bool {
    descriptor.withLock { descriptor in
      guard let descriptor else { return false }
      var locked = stat()
      var placed = stat()
      guard fstat(descriptor, &locked) == 0, stat(path, &placed) == 0 else { return false }
      return locked.st_ino == placed.st_ino && locked.st_dev == placed.st_dev
    }
  }

  func recheck() async -> String? {
    if stands { return nil }
    return descriptor.withLock { $0 == nil }
      ? "the lease was given back" : "the lease's file was removed or replaced; start this host again"
  }

  func word() async throws -> String? { try LeaseWord(beside: path).read() }

  func leave(_ word: String?) async throws {
    if let reason = await recheck() { throw HostError.failed(reason) }
    try LeaseWord(beside: path).write(word)
  }

  func release() async { unlock() }

  private func unlock() {
    descriptor.withLock { descriptor in
      if let descriptor { close(descriptor) }
      descriptor = nil
    }
  }
}
