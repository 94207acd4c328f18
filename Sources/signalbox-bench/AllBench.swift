import ArgumentParser

/// Every benchmark, one after the other.
struct AllBench: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "all", abstract: "Run every benchmark (the default).")

  @OptionGroup var output: ReportOptions

  func run() throws {
    let benchmarks: [any Benchmark] = try [
      ProbesBench.parse([]), WorkloadBench.parse([]), ConsoleBench.parse([]), AdaptersBench.parse([]),
      ReplicationBench.parse([]),
    ]
    try output.print { try benchmarks.map { try $0.measure(progress: output.progress) } }
  }
}
