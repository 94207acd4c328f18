import Glibc

/// Held by the one living supervisor of a directory; the kernel gives it back whatever becomes of the holder.
struct LabLock: Sendable {
  private let descriptor: Int32

  /// - Throws: ``LabError`` when another supervisor holds it.
  static func take(_ directory: LabDirectory) throws -> LabLock {
    let descriptor = open(directory.marker, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LabError.system(directory.marker, "cannot be opened", errno: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw held(directory)
    }
    return LabLock(descriptor: descriptor)
  }

  static func held(_ directory: LabDirectory) -> LabError {
    LabError(
      directory.path, "a lab runs here already",
      remedy: "`signalbox lab status` shows it, `signalbox lab down` ends it")
  }

  /// Whether a supervisor lives.
  static func isHeld(_ directory: LabDirectory) -> Bool {
    let descriptor = open(directory.marker, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }
}
