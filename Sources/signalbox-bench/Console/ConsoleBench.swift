import ArgumentParser
import Lab

/// The console attached to a host, beside htop in a terminal of the same size.
struct ConsoleBench: ParsableCommand, Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "What the console costs and how fast it answers, beside htop.")

  @OptionGroup var output: ReportOptions
  @OptionGroup var load: ScreenLoad

  func run() throws {
    try output.print { [try measure(progress: output.progress)] }
  }

  func measure(progress: (String) -> Void) throws -> Section {
    let signalbox = try Programs.own("signalbox")
    let htop = try Programs.system("htop", package: "htop")
    let lab = try BenchLab(progress: progress)
    let scratch = try Scratch()
    let console = ScreenProgram(
      name: "the console", command: [signalbox, "console", "--config", lab.status.configuration], marker: "azure",
      keys: ["\t"],
      quit: "q")
    // An empty configuration of its own: htop saves its settings when it ends.
    let peer = ScreenProgram(
      name: "htop", command: [htop, "--delay=10"], environment: ["HTOPRC": scratch.file("htoprc")], marker: "Quit",
      keys: ["\u{1b}OB", "\u{1b}OB", "\u{1b}OA"], quit: "q")
    var runs = ScreenRuns(console: console, peer: peer, load: load)
    progress("console: one process")
    try runs.measureOneProcess()
    let host = try HostProcess(signalbox: signalbox, configuration: lab.status.configuration, scratch: scratch)
    try runs.measureAtRest(host: host, progress: progress)
    progress("console: keys while azure is dead")
    try lab.inject(.killCloud, "azure")
    try runs.measureKeys()
    let version = try Tool.output([htop, "--version"], log: scratch.file("htop.log")).split(separator: "\n").first
    return runs.section(peerVersion: version.map(String.init) ?? "htop")
  }
}
