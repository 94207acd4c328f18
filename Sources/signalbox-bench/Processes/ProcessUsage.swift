import Glibc

/// What a living process has used so far, as the kernel says (proc(5)).
struct ProcessUsage {
  let pid: pid_t

  /// User and system time of all its threads, also of those that have ended, in seconds; in steps of 10 ms.
  var cpuSeconds: Double { seconds(fields: [11, 12]) }

  /// The same with all children that have ended and were waited for, and those of theirs.
  var cpuSecondsWithEnded: Double { seconds(fields: [11, 12, 13, 14]) }

  /// Processes that it has started and that have not ended.
  var children: [pid_t] {
    ProcessFiles.text("/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { pid_t($0) }
  }

  private func seconds(fields wanted: [Int]) -> Double {
    // The second field is the program's name, which may have blanks and brackets in it.
    let fields = ProcessFiles.text("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 14 else { return 0 }
    return wanted.reduce(0) { $0 + (Double(fields[$1]) ?? 0) } / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// The most memory it ever had resident, in megabytes (2²⁰ bytes).
  var peakMegabytes: Double { megabytes("VmHWM:", in: "/proc/\(pid)/status") }

  var residentMegabytes: Double { megabytes("VmRSS:", in: "/proc/\(pid)/status") }

  /// What it has resident now, with pages that others share counted in parts.
  var proportionalMegabytes: Double { megabytes("Pss:", in: "/proc/\(pid)/smaps_rollup") }

  private func megabytes(_ field: String, in path: String) -> Double {
    guard let line = ProcessFiles.lines(path).first(where: { $0.hasPrefix(field) }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
    else { return 0 }
    return kilobytes / 1024
  }
}
