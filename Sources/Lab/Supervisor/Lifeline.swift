import Glibc

/// A pipe whose writing end only this process has: whoever waits at the other end learns of its death, however it
/// comes.
struct Lifeline: Sendable {
  let readEnd: Int32
  private let writeEnd: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw LabError.system("supervisor", "no pipe", errno: errno) }
    for end in ends { Descriptors.closeOnExec(end) }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  /// Says that this process is done.
  func cut() { close(writeEnd) }
}

enum Descriptors {
  /// Keeps a descriptor from the programs this one starts.
  static func closeOnExec(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
}
