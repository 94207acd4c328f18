import FailoverEngine
import Operations
import Testing

@testable import Host

/// Which database is taken for the primary, from what each says of itself.
@Suite struct PrimaryTests {
  private static let aws = CloudID("aws")
  private static let azure = CloudID("azure")
  private static let start = Timestamp(secondsSinceEpoch: 1_700_000_000)

  private let world = World(
    settings: HostSettings(
      service: "app.example.test", recordSetName: "app.example.test", ttl: .seconds(5), automation: .manual,
      weights: WeightsSettings(minimumInterval: .zero, headroom: 0.1), holder: "kit@ops1 pid 1"),
    parts: [Self.aws, Self.azure].map { HostParts.CloudParts(id: $0, region: "here") })

  private func say(_ cloud: CloudID, _ role: DatabaseSnapshot.Role, after milliseconds: Int) async {
    let database = DatabaseSnapshot(
      role: role, writable: role == .primary, connections: 1, maxConnections: 100, version: "15")
    let now = Self.start + .milliseconds(milliseconds)
    await world.took(
      DatabaseObservation(database: database, heartbeat: nil, clock: now, slots: []), of: cloud, from: "test", at: now)
  }

  private func alarms() async -> [String] {
    await world.events.newestFirst.filter { $0.severity == .critical }.map(\.message)
  }

  /// An old primary's last word comes from before the new one was promoted.
  @Test func aRoleThatMovedBetweenTwoLooksIsNoAlarm() async {
    await say(Self.aws, .primary, after: 0)
    await say(Self.azure, .secondary, after: 10)
    #expect(await world.primary == Self.aws)
    await say(Self.azure, .primary, after: 900)
    #expect(await world.primary == Self.aws)
    await say(Self.aws, .secondary, after: 1000)
    #expect(await world.primary == Self.azure)
    #expect(await alarms().isEmpty)
  }

  @Test func aClockThatIsSetBackLeavesThePrimaryWhatItIs() async {
    await say(Self.aws, .primary, after: 3_600_000)
    await say(Self.aws, .primary, after: 0)
    await say(Self.aws, .primary, after: 1000)
    #expect(await world.primary == Self.aws)
  }

  @Test func whoStillTakesWritesBesideAnotherIsAnAlarm() async {
    await say(Self.aws, .primary, after: 0)
    await say(Self.azure, .primary, after: 900)
    await say(Self.aws, .primary, after: 1000)
    #expect(await world.primary == nil)
    #expect(await alarms() == ["aws and azure both take writes"])
    await say(Self.aws, .secondary, after: 2000)
    #expect(await world.primary == Self.azure)
  }
}
