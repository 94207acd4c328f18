import ArgumentParser
import Drill
import Glibc
import Host
import Lab
import Operations

/// A drill on a system that is not a lab: a lever is pulled, and all is watched. It is asked for by name.
struct SystemDrill: Sendable {
  let command: DrillCommand

  func run(_ path: String) async throws -> DrillReport {
    let name = try command.drillName()
    let configuration = try ConfigurationLoader.load(path)
    guard !name.needsLab else {
      Output.error(
        "signalbox: drill \(name.rawValue) breaks something, and \(configuration.service) is no lab; "
          + "signalbox drill \(name.rawValue) without --config does it in a lab")
      throw ExitCode(ExitStatus.refused)
    }
    guard command.users ?? 0 == 0 else {
      Output.error("signalbox: virtual users write rows; they are sent to a lab alone")
      throw ExitCode(ExitStatus.refused)
    }
    try confirm(name, configuration)
    let access = try await HostAccess.open(configuration)
    do {
      let report = try await drill(name, configuration, access)
      await access.close()
      return report
    } catch {
      await access.close()
      throw error
    }
  }

  /// Never by an option: whoever does this to a live service is there.
  private func confirm(_ name: DrillName, _ configuration: Configuration) throws {
    guard isatty(STDIN_FILENO) == 1 else {
      throw HostError.invalidRequest("a drill of a live service is confirmed by typing its name at a terminal")
    }
    print("\(name.purpose) It is not taken back: failback is your own decision.")
    print("Type \(configuration.service) to go, anything else to leave all as it is: ", terminator: "")
    fflush(nil)
    guard readLine(strippingNewline: true) == configuration.service else {
      print("Nothing was changed.")
      throw ExitCode(ExitStatus.failed)
    }
  }

  private func drill(
    _ name: DrillName, _ configuration: Configuration, _ access: HostAccess
  ) async throws -> DrillReport {
    let stage = SystemStage(
      name: configuration.recordSet.name, servers: configuration.recordSet.servers,
      addresses: configuration.clouds.map { ($0.id, $0.address) }, hosts: AccessedHost(client: access.client))
    let machine = DrillGround.Machine.current()
    let drill = Drill(
      name, settings: command.settings(users: 0), runs: 1, on: stage, isLab: false,
      actor: "drill by \(Operator.name)", wallClock: SystemWallClock())
    let progress = DrillProgress()
    let outcome = try await drill.perform { progress.tell($0) }
    let ground = DrillGround(
      configuration, machine: machine, policy: outcome.recordings.first?.sights.first?.policy, lab: nil)
    return DrillReport(
      outcome.recordings, name: name, clouds: configuration.clouds.map(\.id), ground: ground,
      at: SystemWallClock().now())
  }
}

/// A host that is not the drill's to kill.
struct AccessedHost: DrillHost {
  let held: any HostClient

  init(client: any HostClient) { held = client }

  func client() async throws -> any HostClient { held }

  func kill() async throws { throw HostError.failed("the host is not the drill's own") }

  func start() async throws {}
}
