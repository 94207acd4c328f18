import Operations

/// The replication link between both databases, as it is; what controllers see of it may be older.
///
/// Only the thread that runs the simulation touches it.
final class WorldLink: @unchecked Sendable {
  var source = 0
  /// So many of the source's rows are at the target.
  var confirmed = 0
  var isPaused = false
  /// Streams, and brings nothing.
  var stalls = 0
  /// The log that the target still lacks is gone.
  var isSlotLost = false
  /// The target's tables were emptied, and are to be copied anew.
  private(set) var isCopying = false
  private var copiedAt = World.epoch
  var lastVerify: VerifySummary?
  var rowsApplied = 0
  /// When the row was committed that was applied last.
  var appliedCommit = World.epoch

  var target: Int { 1 - source }

  /// Turns it round: what the new source commits from here on goes to the other side.
  func turn(to source: Int, _ world: World) {
    self.source = source
    confirmed = world.databases[source].log.count
    appliedCommit = world.now
    isPaused = false
    isSlotLost = false
    lastVerify = nil
  }

  /// Brings over what was committed a moment ago or before.
  func move(_ world: World, latency: Duration = .milliseconds(150)) {
    guard !isPaused, stalls == 0, !isSlotLost else { return }
    if isCopying {
      if world.now - copiedAt >= .seconds(3) { copy(world) }
      return
    }
    let (from, to) = (world.databases[source], world.databases[target])
    while confirmed < from.log.count {
      let row = from.log[confirmed]
      guard world.now - world.users.rows[row].committedAt >= latency else { return }
      to.apply(row)
      rowsApplied += 1
      appliedCommit = world.users.rows[row].committedAt
      confirmed += 1
    }
  }

  /// Empties the target's tables; they are copied as soon as both sides can be reached.
  func discard(_ world: World) {
    world.databases[target].empty()
    isCopying = true
    copiedAt = world.now
    isSlotLost = false
    lastVerify = nil
  }

  func copy(_ world: World) {
    isCopying = false
    let (from, to) = (world.databases[source], world.databases[target])
    to.copy(from)
    confirmed = from.log.count
    appliedCommit = world.now
    isSlotLost = false
  }

  /// Rows that one side has and the other has not.
  func differences(_ world: World) -> (missing: Int, surplus: Int) {
    let (from, to) = (world.databases[source].rows, world.databases[target].rows)
    return (from.subtracting(to).count, to.subtracting(from).count)
  }
}
