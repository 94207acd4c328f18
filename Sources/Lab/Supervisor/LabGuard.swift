import Glibc

/// The process that outlives a supervisor by a moment.
///
/// Parts die with the supervisor by their parent-death signal, but what a part has started itself (a PostgreSQL backend
/// that a fault has stopped) does not; the guard sees to those.
public enum LabGuard {
  /// Waits for the supervisor's end, then kills what is left of its lab and removes its sockets.
  public static func run(directory: LabDirectory) {
    // Whatever is meant for the lab's terminal is not meant for its guard.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
    var byte: UInt8 = 0
    while true {
      let count = read(0, &byte, 1)
      if count == 0 || (count < 0 && errno != EINTR) { break }
    }
    LabRemains(directory: directory).kill()
    Files.remove(directory.sockets)
  }
}
