import Operations

/// What a controller has seen of the world, as it came in.
struct LifeSight {
  /// One vantage's view of one cloud.
  struct View {
    var failures = 0
    var successes = 0
    var health = Health.unknown
    var probedAt: Timestamp?
    var databaseFailures = 0
    var database = Health.unknown
    var databaseWritable: Bool?
  }

  /// By vantage, then by cloud.
  var views: [[View]]
  /// By cloud.
  var verdicts: [HealthVerdict]
  var verdictsAt: Timestamp?
  var weights: Observation<Weights>?
  var weightsGeneration = Generation(0)
  var link: ReplicationLinkSnapshot?
  /// When the link was last measured, on both sides.
  var linkMeasuredAt: Timestamp?
  var ticks = 0
  var lookedAt = World.epoch

  init(vantages: Int) {
    views = Array(repeating: World.clouds.map { _ in View() }, count: vantages)
    verdicts = World.clouds.map { _ in HealthVerdict(health: .unknown, reasons: [], since: World.epoch) }
  }
}
