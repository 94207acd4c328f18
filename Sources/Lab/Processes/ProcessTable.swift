import FoundationEssentials
import Glibc

/// The processes of this machine, as /proc(5) shows them.
enum ProcessTable {
  /// Programs that parts of a lab run: nobody else's process is ever taken for one, though a person's shell may stand
  /// in a lab's folder.
  private static let programs: Set<String> = [
    "env", "haproxy", "initdb", "openssl", "pdns_server", "postgres", "psql", "setpriv", "signalbox",
    "signalbox-workload", "sqlite3",
  ]

  /// Processes of parts, this one excepted, whose working directory is one of `folders` or below it.
  ///
  /// Only one's own processes can be looked at, or everybody's as root.
  static func inside(_ folders: [String]) -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter { pid in
      guard pid != getpid(), let place = link(pid, "cwd"),
        folders.contains(where: { place == $0 || place.hasPrefix($0 + "/") }), let program = link(pid, "exe")
      else { return false }
      return programs.contains(
        String(program[(program.lastIndex(of: "/").map(program.index(after:)) ?? program.startIndex)...]))
    }
  }

  /// Kills them all, stopped ones too, and waits until they are gone.
  ///
  /// - Returns: how many there were.
  @discardableResult
  static func killAll(inside folders: [String], within limit: Duration = .seconds(10)) -> Int {
    let deadline = ContinuousClock.now + limit
    var killed: Set<pid_t> = []
    while ContinuousClock.now < deadline {
      let left = inside(folders)
      if left.isEmpty { break }
      for pid in left {
        kill(pid, SIGKILL)
        killed.insert(pid)
      }
      usleep(10_000)
    }
    return killed.count
  }

  private static func link(_ pid: pid_t, _ name: String) -> String? {
    guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/\(name)") else {
      return nil
    }
    return target.hasSuffix(" (deleted)") ? String(target.dropLast(" (deleted)".count)) : target
  }
}
