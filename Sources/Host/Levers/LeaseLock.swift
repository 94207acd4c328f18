import FoundationEssentials
import Glibc
public import Operations

/// A lease for the hosts of one machine: a lock on a file beside the journal. The kernel frees it when its holder dies,
/// however, and what its holder had under way in this machine dies with it; so nobody waits.
public struct LeaseLock: LeasePort {
  public let name = "lock beside the journal"
  private let path: String

  public init(beside journal: String) { path = journal + ".lease" }

  public func acquire(holder: String) async throws -> (any HeldLease)? {
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
    return HeldLock(descriptor: descriptor, path: path)
  }

  public func holder() async -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // A shared lock is refused while somebody holds the exclusive one; it ends with the descriptor.
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    var name = [UInt8](repeating: 0, count: 200)
    let count = read(descriptor, &name, name.count)
    return count > 0 ? String(decoding: name.prefix(count), as: UTF8.self) : "another process"
  }
}
