import FoundationEssentials
import Glibc

extension DrillGround.Machine {
  /// This machine.
  public static func current() -> DrillGround.Machine {
    var name = utsname()
    uname(&name)
    let kernel = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let lines = read("/proc/cpuinfo").split(separator: "\n")
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    let load = read("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) }
    return DrillGround.Machine(
      processor: model.map { String($0.drop { $0 == " " }) } ?? "processor of unknown make",
      cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
      memoryMegabytes: sysconf(Int32(_SC_PHYS_PAGES)) / 1024 * sysconf(Int32(_SC_PAGESIZE)) / 1024, kernel: kernel,
      loadAtStart: load ?? 0)
  }

  private static func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
