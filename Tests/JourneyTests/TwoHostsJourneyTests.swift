import FoundationEssentials
import JournalAdapter
import Operations
import TestSupport
import Testing

/// A host that is cut off in the middle of a change is followed by another, and what it still has in hand comes to
/// nothing: what it acts on refuses it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TwoHostsJourneyTests {
  private static let planned = ["too-soon", "divergence"].flatMap { ["--override", $0] }
  /// What holds a failover when nobody has told the second host anything yet.
  private static let unplanned = ["too-soon", "loss-not-measured", "loss-above-rpo", "old-primary-not-fenced"]
    .flatMap { ["--override", $0] }

  @Test func aPromotionThatIsHeldUpComesToNothing() async throws {
    try await withHosts { try await promotionIsHeldUp($0, $1, $2) }
  }

  @Test func weightsThatAreHeldUpAreRefusedByTheNameServersState() async throws {
    try await withHosts { try await weightsAreHeldUp($0, $1, $2) }
  }

  private func withHosts(
    _ body: (TwoHosts, TwoHosts.Station, TwoHosts.Station) async throws -> Void
  ) async throws {
    let base = try await ReplicationJourney.begin("--fencing", "proof", "--automation", "manual")
    do {
      let hosts = try await TwoHosts(base)
      let first = try hosts.first()
      try await isReady(hosts, first)
      try await body(hosts, first, try hosts.second())
    } catch {
      try await base.end()
      throw error
    }
    try await base.end()
  }

  private func weightsAreHeldUp(
    _ hosts: TwoHosts, _ first: TwoHosts.Station, _ second: TwoHosts.Station
  ) async throws {
    hosts.nameWay.set(.stalled)
    let lever = Task { await hosts.run("weights", "set", "aws=90", "azure=10", "--yes", at: first) }
    let index = try await intended("writeWeights", first)
    hosts.way.set(.cut)
    var told = (status: Int32(1), output: "")
    let takesOver = await eventually(within: .seconds(25)) {
      told = await hosts.run("weights", "set", "aws=20", "azure=80", "--yes", at: second)
      return told.status == 0
    }
    #expect(takesOver, "\(told.output)")
    hosts.nameWay.set(.fair)
    let reason = try await refusal(of: index, first)
    #expect(reason.contains("the record set has changed"), "\(reason)")
    _ = await lever.value
    try await keeps(hosts, second) { $0.clouds.map(\.weight.configured) == [20, 80] }
    try await isRefused(hosts, first)
  }

  private func promotionIsHeldUp(
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
    #expect(!reason.contains("went through"), "\(reason)")
    _ = await lever.value
    try await keeps(hosts, second) { now in
      now.primary == "azure" && now.clouds.filter { $0.writable == true }.map(\.id) == ["azure"]
        && now.clouds.map(\.weight.configured) == after.clouds.map(\.weight.configured)
    }
    try await isRefused(hosts, first)
  }

  /// What the second has made stands.
  private func keeps(
    _ hosts: TwoHosts, _ second: TwoHosts.Station, _ holds: @Sendable (ReplicationJourney.Standing) -> Bool
  ) async throws {
    var last = ""
    let isKept = await eventually(within: .seconds(30)) {
      guard let now = try? await standing(hosts, second) else { return false }
      last = "\(now)"
      return holds(now)
    }
    #expect(isKept, "\(last)")
  }

  /// The next lever of the first one is refused by itself.
  private func isRefused(_ hosts: TwoHosts, _ first: TwoHosts.Station) async throws {
    let next = await hosts.run("weights", "set", "aws=60", "azure=40", "--yes", at: first)
    #expect(next.status == 3 || next.status == 1, "\(next.output)")
    #expect(next.output.contains("lease"), "\(next.output)")
  }

  /// - Returns: the step's place, as soon as the journal has its intent.
  private func intended(_ verb: String, _ station: TwoHosts.Station) async throws -> Int {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      for entry in try await station.journal.newest(20) {
        if case .stepIntended(let index, let action) = entry.kind, "\(action)".contains("\(verb)(") { return index }
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
