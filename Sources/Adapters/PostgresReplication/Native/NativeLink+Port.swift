public import Operations
import PostgresAdapter

extension NativeLink: ReplicationLinkPort {
  public func inspect() async throws -> LinkInspection {
    var inspection = try await Inspector(settings: settings).inspect()
    let (right, subscription) = try await chores.ask(settings.target) { target in
      (try await SubscriptionRight.read(target), try await Subscription.read(settings, on: target))
    }
    if let obstacle = right.obstacle(at: "the target \(settings.targetNode)") { inspection.obstacles.append(obstacle) }
    guard let subscription, inspection.isPrepared else {
      inspection.appliedPosition = nil
      inspection.needsBaseline = false
      return inspection
    }
    inspection.appliedPosition = try await appliedPosition()
    for index in inspection.tables.indices {
      let table = inspection.tables[index]
      guard table.state != .parked, table.state != .refused else { continue }
      let state = subscription.tables[table.name]?.state
      if state != .streaming { inspection.needsBaseline = true }
      if table.state == .streaming || state == .copying { inspection.tables[index].state = state ?? .waiting }
    }
    return inspection
  }

  public func prepare() async throws -> LinkInspection {
    let found = try await inspect()
    guard found.obstacles.isEmpty, !found.isTurned else { return found }
    try await make(settings.adopts ? .adopt : .copy)
    return try await inspect()
  }

  public func adopt() async throws -> LinkInspection {
    let found = try await inspect()
    let stood = found.isPrepared && !found.needsBaseline
    do {
      try await make(.adopt)
      return try (try await inspect()).ready(for: settings.directionName)
    } catch {
      if !stood { try? await tearDown() }
      throw error
    }
  }

  private func make(_ beginning: Preparation.Beginning) async throws {
    let right = try await chores.ask(settings.target) { try await SubscriptionRight.read($0) }
    if let obstacle = right.obstacle(at: "the target \(settings.targetNode)") { throw LinkFailure.blocked(obstacle) }
    let outcome = try await Preparation(settings: settings, beginning: beginning).make()
    await outcome.snapshot?.close()
    let isNewSlot = outcome.snapshot != nil
    try await atTarget("making the subscription") { target in
      var isThere = try await Subscription.read(settings, on: target) != nil
      // One that followed another slot knows positions that this one does not have.
      if isThere, isNewSlot {
        try await drop(target)
        isThere = false
      }
      let statement: String
      if isThere {
        statement = text.reconnect
      } else if case .adopt = beginning {
        statement = text.create(copying: false)
      } else {
        statement = text.create(copying: true)
      }
      try await target.query(statement, timeout: .seconds(60))
    }
  }

  public func copyBaseline(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    try await copy(report)
  }

  /// Disables the subscription, and returns when its worker has ended.
  public func halt() async throws {
    try await atTarget("disabling the subscription") { target in
      guard try await Subscription.read(settings, on: target) != nil else { return }
      try await target.query("ALTER SUBSCRIPTION \(text.name) DISABLE", timeout: .seconds(30))
      let deadline = ContinuousClock.now + .seconds(30)
      while try await Subscription.read(settings, on: target)?.isWorking == true {
        guard .now < deadline else {
          throw LinkFailure.unreachable("the subscription is disabled, and its worker has not ended after 30 s")
        }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  public func slot() async throws -> ReplicationLinkSnapshot.Slot? { try await chores.slot() }

  public func note(isPaused: Bool) async throws { try await chores.note(isPaused: isPaused) }

  public func sourcePosition() async throws -> LSN { try await chores.sourcePosition() }

  /// The slot is the servers' own, and cannot be looked into: open transactions alone are found.
  public func remains() async throws -> String? {
    try await chores.ask(settings.source) { [settings] source in
      try await SourceRemains(settings: settings).findOpenTransactions(on: source)
    }
  }

  /// Takes the tables out of the subscription; they are emptied and taken in again with the next copy.
  public func discard(tables: [String]) async throws {
    try await chores.discard(tables: tables)
    let shapes = try await chores.sourceShapes().filter { tables.contains($0.name) }
    try await chores.ask(settings.source) { source in
      let published = try await Publication.published(settings, on: source)
      for (publication, names) in published {
        let going = shapes.map(\.quotedName).filter(names.contains)
        guard !going.isEmpty else { continue }
        let list = going.map { "ONLY \($0)" }.joined(separator: ", ")
        try await source.execute(
          "ALTER PUBLICATION \(SQLText.identifier(publication)) DROP TABLE \(list)", timeout: .seconds(30))
      }
    }
    try await enable()
    try await atTarget("taking tables out of the subscription") { try await refresh($0) }
  }

  public func verify(
    tables: [String], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> [String: VerifyOutcome] {
    try await chores.verify(
      tables: tables, appliedPosition: { try await self.appliedPosition() }, progress: progress)
  }

  public func repair(
    _ differences: [TableDifference], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> Int {
    try await chores.repair(
      differences, appliedPosition: { try await self.appliedPosition() }, progress: progress)
  }

  public func advanceSequences() async throws -> Int { try await Sequences(settings: settings).advance() }

  public func advanceSequencesAlone() async throws -> Int {
    try await Sequences(settings: settings).advanceAlone()
  }

  public func conflicts(newest limit: Int) async throws -> [ReplicationConflict] {
    try await chores.conflicts(newest: limit)
  }

  public func reapply(conflict: Int64) async throws { try await chores.reapply(conflict: conflict) }

  /// The subscription first: the slot is free then.
  public func tearDown() async throws {
    var failure: (any Error)?
    do {
      try await atTarget("dropping the subscription") { target in
        guard try await Subscription.read(settings, on: target) != nil else { return }
        try await drop(target)
      }
    } catch {
      failure = error
    }
    do { try await TearDown(settings: settings).run() } catch { failure = failure ?? error }
    if let failure { throw failure }
  }

  /// Without its slot, which is ours: so it goes also where the source cannot be reached.
  private nonisolated func drop(_ target: PostgresConnection) async throws {
    for statement in ["DISABLE", "SET (slot_name = NONE)"] {
      try await target.query("ALTER SUBSCRIPTION \(text.name) \(statement)", timeout: .seconds(30))
    }
    try await target.query("DROP SUBSCRIPTION \(text.name)", timeout: .seconds(60))
  }
}
