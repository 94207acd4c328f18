import ArgumentParser

/// Measures Signalbox beside its peers. Everything that is measured runs in a process of its own.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signalbox-bench", abstract: "Measure Signalbox beside its peers.",
    discussion: """
      Each figure is printed with the peer's, their ratio, the aim, and whether it was met. What is compared is measured
      in turns, in the same run; figures are medians with the least and the greatest.
      """,
    subcommands: [
      AllBench.self, ProbesBench.self, WorkloadBench.self, ConsoleBench.self, AdaptersBench.self, ReplicationBench.self,
      SoakBench.self,
      OwnProbes.self,
      ExporterDriver.self, OwnSoak.self, OwnRequests.self, OwnLink.self,
    ],
    defaultSubcommand: AllBench.self)
}
