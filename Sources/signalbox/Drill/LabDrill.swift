import ArgumentParser
import Drill
import Host
import Lab
import Operations

/// A drill on a lab: the one that runs, or one of its own.
struct LabDrill: Sendable {
  let command: DrillCommand

  func run() async throws -> DrillReport {
    let directory = command.place.labDirectory
    let lab = Lab(directory: directory)
    let starts = !lab.isRunning
    if starts {
      Output.error("Bringing up a lab in \(directory.path)")
      _ = try await Lab.up(LabSettings(directory: directory.path)) { LabReport.progress($0, format: .text) }
    }
    do {
      let report = try await run(lab)
      if starts { try await end(lab) }
      return report
    } catch {
      if starts { try? await end(lab) }
      throw error
    }
  }

  private func end(_ lab: Lab) async throws {
    Output.error("Ending the lab")
    // A drill that was interrupted ends its lab all the same.
    _ = try await Task.detached { try await lab.down() }.value
  }

  private func run(_ lab: Lab) async throws -> DrillReport {
    let status = try await lab.status()
    guard status.faults.isEmpty else {
      let faults = status.faults.map(\.description).joined(separator: ", ")
      throw LabError(
        status.directory, "the lab has faults already: \(faults)", remedy: "signalbox lab heal takes them back")
    }
    let configuration = try ConfigurationLoader.load(status.configuration)
    let host = DrillHostProcess(
      configuration: status.configuration, socket: configuration.controlSocket,
      log: status.directory + "/logs/drill-host.log")
    let name = try command.drillName()
    do {
      try await host.begin(mustBeOwn: name == .consoleCrash)
      let report = try await drill(name, lab, status, configuration, host)
      await host.end()
      return report
    } catch {
      await host.end()
      throw error
    }
  }

  private func drill(
    _ name: DrillName, _ lab: Lab, _ status: LabStatus, _ configuration: Configuration, _ host: DrillHostProcess
  ) async throws -> DrillReport {
    let machine = DrillGround.Machine.current()
    let settings = command.settings(users: 1000)
    let stage = LabStage(lab, status, settings: settings, hosts: host)
    let drill = Drill(
      name, settings: settings, runs: command.runs, on: stage, isLab: true, actor: "drill by \(Operator.name)",
      wallClock: SystemWallClock())
    let progress = DrillProgress()
    let outcome = try await drill.perform { progress.tell($0) }
    let endedEarly = outcome.failure.map { $0 is CancellationError ? "interrupted" : "\($0)" }
    if let endedEarly {
      Output.error("signalbox: ended after \(outcome.recordings.count) of \(command.runs) runs: \(endedEarly)")
    }
    let instances = status.clouds.map(\.instances.count).min() ?? 0
    let ground = DrillGround(
      configuration, machine: machine, policy: outcome.recordings.first?.sights.first?.policy,
      lab: .init(directory: status.directory, instancesPerCloud: instances))
    return DrillReport(
      outcome.recordings, name: name, clouds: configuration.clouds.map(\.id), ground: ground,
      endedEarly: endedEarly, at: SystemWallClock().now())
  }
}

extension DrillGround {
  /// - Parameter policy: as the host told it.
  init(_ configuration: Configuration, machine: Machine, policy: Automation?, lab: Lab?) {
    let probing = configuration.probing
    func seconds(_ duration: Duration) -> String { "\(Decimals.text(duration.inSeconds, places: 1)) s" }
    self.init(
      service: configuration.service, machine: machine, lab: lab, ttlSeconds: configuration.recordSet.ttl.inSeconds,
      policy: (policy ?? configuration.automation).rawValue,
      probing: [
        "every \(seconds(probing.interval))", "time-out \(seconds(probing.timeout))",
        "down after \(probing.failures) failures", "\(configuration.vantages.count) vantages",
        "quorum of \(probing.quorumVantages) on \(probing.quorumNetworks) networks",
      ], version: Version.text)
  }
}
