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
  @Option(help: "The record set's time to live in seconds.") var ttl = 5
  @Option(
    help: ArgumentHelp(
      "The second byte of every address, 2 to 254.", discussion: "Default: a free one from 77.", valueName: "octet"))
  var network: Int?
  @Option(help: "Virtual users that send traffic while the lab lives.") var users = 0
  @Option(
    help: ArgumentHelp(
      "Who replicates: stream, a host of Signalbox while one runs; native, PostgreSQL's own subscription."))
  var replication = ReplicationArgument.stream

  func settings(_ place: LabPlace) -> LabSettings {
    LabSettings(
      directory: place.labDirectory.path, instances: instances, ttlSeconds: ttl, network: network, users: users,
      replication: replication.replication)
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

enum LabFormat: String, ExpressibleByArgument, CaseIterable { case text, json }
