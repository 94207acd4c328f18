import ArgumentParser
import FoundationEssentials
import Glibc
import Host
import Lab
import Operations

/// `--config`, and the places that are looked at without it.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The configuration file.",
      discussion: """
        Without it: $SIGNALBOX_CONFIG, ./signalbox.yaml, ~/.config/signalbox/signalbox.yaml, then that of a lab in \
        its usual directory.
        """,
      valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  func load() throws -> Configuration { try ConfigurationLoader.load(try path()) }

  private func path() throws -> String {
    if let config { return config }
    if let named = ProcessInfo.processInfo.environment["SIGNALBOX_CONFIG"], !named.isEmpty { return named }
    let home = ProcessInfo.processInfo.environment["HOME"] ?? "/"
    let places = ["signalbox.yaml", "\(home)/.config/signalbox/signalbox.yaml"]
    if let found = places.first(where: { access($0, R_OK) == 0 }) { return found }
    if let lab = LabDirectory.ownConfiguration { return lab }
    throw HostError.invalidRequest(
      "there is no configuration; give one with --config FILE or SIGNALBOX_CONFIG, or try signalbox demo")
  }
}
