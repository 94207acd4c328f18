import FoundationEssentials
import TestSupport
import Testing

/// The right to write moves: planned, and by itself when a cloud dies.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FailoverJourneyTests {
  private static let overrides = ["--override", "too-soon", "--override", "divergence"]

  @Test func plannedAndUnplannedMovesLoseNothingThatWasReplicated() async throws {
    let journey = try await ReplicationJourney.begin("--fencing", "lease", "--automation", "automatic")
    do {
      let host = journey.plainHost()
      try await isReady(journey, primary: "aws")
      let writer = journey.counting()
      let wrote = await eventually(within: .seconds(20)) { journey.acknowledged().count > 20 }
      #expect(wrote)
      try await pull(journey, "switchover", "azure")
      try await isReady(journey, primary: "azure")
      let before = journey.acknowledged().count
      let goesOn = await eventually(within: .seconds(20)) { journey.acknowledged().count > before + 20 }
      #expect(goesOn)
      writer.stop()
      try await hasAll(journey, at: 1)
      try await itFailsOverByItself(journey)
      host.stop()
    } catch {
      try await journey.end()
      throw error
    }
    try await journey.end()
  }

  /// Azure is primary and dies; nobody is asked.
  private func itFailsOverByItself(_ journey: ReplicationJourney) async throws {
    let drained = await eventually(within: .seconds(30)) {
      await journey.plain("sync", "now", "--yes").status == 0
    }
    #expect(drained)
    try await journey.lab.lab("fault", "kill-cloud", "azure")
    try await isReady(journey, primary: "aws", links: false)
    let moved = try await eventually(within: .seconds(20)) {
      try await journey.plainStatus().clouds.first { $0.id == "azure" }?.weight.configured == 0
    }
    #expect(moved)
    try await hasAll(journey, at: 0)
    let why = await journey.plain("why")
    #expect(why.output.contains("last decided at"), "\(why.output)")
    try await journey.lab.lab("heal")
    let isBack = try await eventually(within: .seconds(40)) {
      try await journey.plainStatus().clouds.allSatisfy { $0.health == "healthy" }
    }
    #expect(isBack)
    _ = await journey.plain("acknowledge")
    try await pull(journey, "rejoin", "azure")
    try await isReady(journey, primary: "aws")
    let verify = await journey.plain("sync", "verify", "--yes")
    #expect(verify.status == 0, "\(verify.output)")
    try await hasAll(journey, at: 1)
  }

  private func pull(_ journey: ReplicationJourney, _ lever: String, _ cloud: String) async throws {
    let result = await journey.pull(lever, cloud, Self.overrides)
    #expect(result.status == 0, "\(result.output)")
  }

  /// - Parameter primary: nil for any, as long as there is one.
  private func isReady(_ journey: ReplicationJourney, primary: String?, links: Bool = true) async throws {
    var last: ReplicationJourney.Standing?
    let isReady = await eventually(within: .seconds(60)) {
      guard let standing = try? await journey.plainStatus() else { return false }
      last = standing
      return standing.primary != nil && (primary == nil || standing.primary == primary)
        && standing.clouds.filter { $0.writable == true }.count == 1
        && !standing.operations.contains { $0.state == "running" && $0.kind == "failover" }
        && (!links || standing.links.allSatisfy { $0.state == "streaming" })
    }
    #expect(isReady, "\(String(describing: last))")
  }

  /// Every number that was acknowledged is there.
  private func hasAll(_ journey: ReplicationJourney, at side: Int) async throws {
    let acknowledged = journey.acknowledged()
    #expect(acknowledged.count > 20)
    let isThere = try await eventually(within: .seconds(20)) {
      let rows = try await journey.query("SELECT n FROM number", at: side)
      return acknowledged.isSubset(of: Set(rows.split(separator: "\n").compactMap { Int($0) }))
    }
    #expect(isThere, "of \(acknowledged.count) acknowledged numbers some are not there")
  }
}

extension ReplicationJourney {
  /// What is read of `status --format json`.
  struct Standing: Decodable {
    struct Cloud: Decodable {
      struct Weight: Decodable {
        var configured: Int?
      }

      var id: String
      var health: String
      var writable: Bool?
      var weight: Weight
    }

    struct Link: Decodable {
      var source: String
      var state: String
    }

    struct Operation: Decodable {
      var kind: String
      var state: String
    }

    var primary: String?
    var clouds: [Cloud]
    var links: [Link]
    var operations: [Operation]
  }

  /// A host on the lab's own configuration.
  func plainHost() -> ChildProcess { ChildProcess([Program.signalbox, "run", "--config", lab.configuration]) }

  func plain(_ words: String...) async -> (status: Int32, output: String) {
    await Program.run([Program.signalbox] + words + ["--config", lab.configuration])
  }

  func pull(_ lever: String, _ cloud: String, _ options: [String]) async -> (status: Int32, output: String) {
    await Program.run([Program.signalbox, lever, cloud, "--yes", "--config", lab.configuration] + options)
  }

  func plainStatus() async throws -> Standing {
    let result = await plain("status", "--format", "json")
    try #require(result.status == 0, "\(result.output)")
    return try JSONDecoder().decode(Standing.self, from: Data(result.output.utf8))
  }
}
