import ArgumentParser
import Lab

/// Which lab a command is for.
struct LabPlace: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The lab's directory.",
      discussion: "Default: $SIGNALBOX_LAB, else a lab's place in the runtime directory or in /tmp.", valueName: "dir"))
  var directory: String?

  var labDirectory: LabDirectory { directory.map { LabDirectory($0) } ?? .standard() }

  func validate() throws {
    if let directory, directory.isEmpty { throw ValidationError("--directory is empty: name a folder") }
  }
}

/// What a lab is made of.
struct LabMake: ParsableArguments {
  @Option(help: "Workload instances in each cloud, 1 to 20.") var instances = 3
  @Option(help: "The record set's time to live in seconds, 1 to 3600.") var ttl = 5
  @Option(
    help: ArgumentHelp(
      "The second byte of every address, 2 to 254.", discussion: "Default: a free one from 77.", valueName: "octet"))
  var network: Int?
  @Option(help: "Virtual users that send traffic while the lab lives, 0 to 5000.") var users = 0
  @Option(
    help: ArgumentHelp(
      "Who replicates: stream, a host of Signalbox while one runs; native, PostgreSQL's own subscription."))
  var replication = ReplicationArgument.stream
  @Option(
    help: ArgumentHelp(
      "What fences an old primary: proof, a refused write; lease, besides, a right to write that ends unless renewed."))
  var fencing = FencingArgument.proof
  @Option(help: "Whether a host moves levers by itself: manual, advise or automatic.")
  var automation = AutomationArgument.manual

  func settings(_ place: LabPlace) -> LabSettings {
    LabSettings(
      directory: place.labDirectory.path, instances: instances, ttlSeconds: ttl, network: network, users: users,
      replication: replication.replication, fencing: fencing.fencing, automation: automation.automation)
  }

  func validate() throws {
    do {
      try LabSettings(directory: "/", instances: instances, ttlSeconds: ttl, network: network, users: users).validate()
    } catch { throw ValidationError("\(error)") }
  }
}

/// Who replicates, as an argument.
enum ReplicationArgument: String, ExpressibleByArgument, CaseIterable {
  case stream, native

  var replication: LabReplication { self == .stream ? .stream : .native }
}

/// What counts as a fence, as an argument.
enum FencingArgument: String, ExpressibleByArgument, CaseIterable {
  case proof, lease

  var fencing: LabFencing { self == .proof ? .proof : .lease }
}

/// Who moves levers, as an argument.
enum AutomationArgument: String, ExpressibleByArgument, CaseIterable {
  case manual, advise, automatic

  var automation: LabAutomation {
    switch self {
    case .manual: .manual
    case .advise: .advise
    case .automatic: .automatic
    }
  }
}

enum LabFormat: String, ExpressibleByArgument, CaseIterable { case text, json }
