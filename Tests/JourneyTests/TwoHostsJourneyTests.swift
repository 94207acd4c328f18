import FoundationEssentials
import JournalAdapter
import Operations
import TestSupport
import Testing

/// A host that is cut off in the middle of a change is followed by another, and what it still has in hand comes to
/// nothing: the database itself refuses it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TwoHostsJourneyTests {
  private static let planned = ["too-soon", "divergence"].flatMap { ["--override", $0] }
  /// What holds a failover when nobody has told the second host anything yet.
  private static let unplanned = ["too-soon", "loss-not-measured", "loss-above-rpo", "old-primary-not-fenced"]
    .flatMap { ["--override", $0] }

  @Test func aHostThatWasCutOffIsRefusedByTheDatabase() async throws {
    let base = try await ReplicationJourney.begin("--fencing", "proof", "--automation", "manual")
    do {
      let hosts = await TwoHosts(base)
      let first = try hosts.first()
      try await isReady(hosts, first)
      let second = try hosts.second()
      try await stale(hosts, first, second)
    } catch {
      try await base.end()
      throw error
    }
    try await base.end()
  }

  private func stale(
    _ hosts: TwoHosts, _ first: TwoHosts.Station, _ second: TwoHosts.Station
  ) async throws {
    let lever = Task {
      await Program.run(
        [Program.signalbox, "switchover", "azure", "--yes", "--config", first.configuration] + Self.planned)
    }
    let index = try await intended("promote", first)
    // Its own check of the lease has passed, and what it sends is on its way for longer than the lease lasts.
    hosts.databaseWay.set(.stalled)
    hosts.way.set(.cut)
    var told = (status: Int32(1), output: "")
    let takesOver = await eventually(within: .seconds(60)) {
      told = await Program.run(
        [Program.signalbox, "failover", "azure", "--yes", "--config", second.configuration] + Self.unplanned)
      return told.status == 0
    }
    #expect(takesOver, "\(told.output)")
    let after = try await standing(hosts, second)
    #expect(after.primary == "azure")
    hosts.databaseWay.set(.fair)
    let reason = try await refusal(of: index, first)
    print("REASON", reason)
    _ = await lever.value
    // What the second has made stands.
    let isKept = await eventually(within: .seconds(30)) {
      guard let now = try? await standing(hosts, second) else { return false }
      return now.primary == "azure" && now.clouds.filter { $0.writable == true }.map(\.id) == ["azure"]
        && now.clouds.map(\.weight.configured) == after.clouds.map(\.weight.configured)
    }
    #expect(isKept)
    // And its next lever is refused by itself.
    let next = await hosts.run("weights", "set", "aws=60", "azure=40", "--yes", at: first)
    #expect(next.status == 3 || next.status == 1, "\(next.output)")
    #expect(next.output.contains("lease"), "\(next.output)")
  }

  /// - Returns: the step's place, as soon as the journal has its intent.
  private func intended(_ verb: String, _ station: TwoHosts.Station) async throws -> Int {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      for entry in try await station.journal.newest(20) {
        if case .stepIntended(let index, let action) = entry.kind, "\(action)".contains(".\(verb)(") { return index }
      }
      try await Task.sleep(for: .milliseconds(1))
    }
    throw HostError.failed("no step of \(verb) began")
  }

  private func refusal(of index: Int, _ station: TwoHosts.Station) async throws -> String {
    var reason = "the step went through"
    let isRefused = try await eventually(within: .seconds(30)) {
      for entry in try await station.journal.newest(20) {
        switch entry.kind {
        case .stepFailed(index, let told), .stepRefused(index, let told):
          reason = told
          return true
        case .stepDone(index, _): return true
        default: break
        }
      }
      return false
    }
    return isRefused ? reason : "nothing was told"
  }

  private func isReady(_ hosts: TwoHosts, _ station: TwoHosts.Station) async throws {
    var last = ""
    let isReady = await eventually(within: .seconds(60)) {
      do {
        let found = try await standing(hosts, station)
        last = "\(found)"
        return found.primary == "aws" && found.links.allSatisfy { $0.state == "streaming" }
      } catch {
        last = "\(error)"
        return false
      }
    }
    #expect(isReady, "\(last)\n\(station.process.output)")
  }

  private func standing(_ hosts: TwoHosts, _ station: TwoHosts.Station) async throws -> ReplicationJourney.Standing {
    let result = await hosts.run("status", "--format", "json", at: station)
    try #require(result.status == 0, "\(result.output)")
    return try JSONDecoder().decode(ReplicationJourney.Standing.self, from: Data(result.output.utf8))
  }
}
