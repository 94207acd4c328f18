import ArgumentParser
import Console
import Glibc

/// Soaks the console's model and view in this process.
struct OwnSoak: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "own-soak", shouldDisplay: false)

  @OptionGroup var load: SoakLoad

  func run() throws {
    let usage = ProcessUsage(pid: getpid())
    let begun = ContinuousClock.now
    var resident: [Double] = []
    let themes = ThemeLibrary(themes: [.builtin])
    let report = ConsoleSoak(seed: load.seed, step: .seconds(load.step)).run(hours: load.hours, themes: themes) { _ in
      resident.append(usage.residentMegabytes)
    }
    let count = SoakCount(
      frames: report.frames, keys: report.keys, plans: report.plans, executions: report.executions,
      wrongSizes: report.wrongSizes, seconds: (ContinuousClock.now - begun) / .seconds(1), residentMegabytes: resident)
    print(try JSONText.of(count))
  }
}
