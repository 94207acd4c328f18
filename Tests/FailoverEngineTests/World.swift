import FailoverEngine
import Operations
import Synchronization

/// Snapshots that tests start from: two clouds, all well.
enum World {
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")
  static let now = Timestamp(secondsSinceEpoch: 1_700_000_000)

  static func snapshot(weights: Weights = Weights([(aws, 50), (azure, 50)])) -> Snapshot {
    var recordSet = RecordSetSnapshot(name: "app.example.test", ttl: .seconds(5), provider: "PowerDNS")
    recordSet.configured = seen(weights)
    return Snapshot(
      service: "app", generatedAt: now, generation: Generation(7), primary: aws, automation: .manual,
      lease: LeaseSnapshot(holder: "kit@ops1", heldHere: true), clouds: [cloud(aws), cloud(azure)],
      recordSet: recordSet)
  }

  static func cloud(_ id: CloudID, health: Health = .healthy, requestsPerSecond: Double = 100) -> CloudSnapshot {
    var cloud = CloudSnapshot(
      id: id, region: "r", verdict: seen(HealthVerdict(health: health, reasons: ["no answer"], since: now)))
    cloud.targetGroup = seen(
      TargetGroupSnapshot(targets: (1...3).map { Target(id: "\($0)", address: "10.0.0.\($0)", state: .healthy) }))
    cloud.capacityPerTarget = 100
    cloud.requestsPerSecond = seen(requestsPerSecond)
    return cloud
  }

  static func seen<Value>(_ value: Value, ago: Duration = .zero) -> Observation<Value> {
    Observation(value, source: "test", observedAt: now - ago, staleAfter: .seconds(5))
  }

  static func plan(
    aws: Int, azure: Int, in snapshot: Snapshot, undo: Bool = false,
    settings: WeightsSettings = WeightsSettings(minimumInterval: .seconds(10), headroom: 0.1)
  ) throws -> Plan {
    let weights = Weights([(Self.aws, aws), (Self.azure, azure)])
    return try WeightsPlanner(settings: settings).plan(
      weights, request: undo ? .undo(OperationID("w-0")) : .setWeights(weights), id: PlanID("w-1"), in: snapshot,
      now: now)
  }

  static func blocking(_ plan: Plan) -> [String] { plan.blocking.map(\.name.rawValue) }
}

/// A clock that is where it is asked to sleep to, at once.
final class SwiftClock: Clock {
  typealias Instant = ContinuousClock.Instant

  private let elapsed = Mutex(Duration.zero)
  private let origin = ContinuousClock.now

  var now: Instant { origin + elapsed.withLock { $0 } }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    elapsed.withLock { $0 = max($0, deadline - origin) }
  }
}
