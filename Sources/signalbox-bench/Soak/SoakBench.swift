import ArgumentParser

/// A day of random worlds, sizes and keys.
struct SoakBench: ParsableCommand, Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "soak", abstract: "The console under a simulated day of anything at all: crashes and memory.")

  /// What an allocator may keep, and no leak would.
  private static let growthMegabytes = 2.0

  @OptionGroup var output: ReportOptions
  @OptionGroup var load: SoakLoad

  func run() throws {
    let section = try measure(progress: output.progress)
    try output.print { [section] }
    if section.figures.contains(where: { $0.met == false }) { throw ExitCode.failure }
  }

  func measure(progress: (String) -> Void) throws -> Section {
    let scratch = try Scratch()
    progress("soak: \(load.hours) simulated hours, a frame every \(load.step) s of them")
    do {
      return section(
        try Tool.measurement(SoakCount.self, ["own-soak"] + load.arguments, log: scratch.file("soak.log")))
    } catch let error as BenchError {
      let log = ProcessFiles.lines(scratch.file("soak.log")).prefix(20).map(String.init)
      return Section(
        name: "soak", method: method, figures: [Figure("crashes", "", ours: [1], aim: .ours(0))],
        notes: [error.description] + log)
    }
  }

  private var method: String {
    "\(load.hours) simulated hours of random snapshots, sizes, keys and clicks, seed \(load.seed)"
  }

  private func section(_ count: SoakCount) -> Section {
    let resident = count.residentMegabytes
    // The first hour fills caches.
    let growth = (resident.last ?? 0) - (resident.first ?? 0)
    return Section(
      name: "soak", method: method,
      figures: [
        Figure("frames", "", ours: [Double(count.frames)]),
        Figure("keys", "", ours: [Double(count.keys)]),
        Figure("plans asked for", "", ours: [Double(count.plans)]),
        // A run that crashed has no count.
        Figure("crashes", "", ours: [0], aim: .ours(0)),
        Figure("frames of a wrong size", "", ours: [Double(count.wrongSizes)], aim: .ours(0)),
        Figure("time per frame, keys and world included", "ms", ours: [count.seconds * 1000 / Double(count.frames)]),
        Figure("memory grown since the first hour", "MB", ours: [growth], aim: .ours(Self.growthMegabytes)),
      ],
      notes: ["resident after each hour, MB: " + resident.map(NumberText.of).joined(separator: " ")])
  }
}
