import FoundationEssentials
import Glibc

/// What the figures were measured on.
struct Machine: Codable {
  var processor: String
  var cores: Int
  var memoryMegabytes: Int
  var kernel: String
  /// Processes that could run, on average over the last minute, as the run began: what else this machine did.
  var loadAtStart: Double

  static func current() -> Machine {
    var name = utsname()
    uname(&name)
    let kernel = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let model = ProcessFiles.lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }
    let load = ProcessFiles.text("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) }
    return Machine(
      processor: model?.split(separator: ":").last.map { $0.drop { $0 == " " } }.map(String.init) ?? "unknown",
      cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
      memoryMegabytes: sysconf(Int32(_SC_PHYS_PAGES)) / 1024 * sysconf(Int32(_SC_PAGESIZE)) / 1024,
      kernel: kernel, loadAtStart: load ?? 0)
  }

  var text: String {
    "\(cores) × \(processor) · \(memoryMegabytes) MB · Linux \(kernel) · load \(loadAtStart) at the start"
  }
}
