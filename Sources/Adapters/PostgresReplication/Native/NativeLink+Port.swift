public import Operations
import PostgresAdapter

extension NativeLink: ReplicationLinkPort {
  public func inspect() async throws -> LinkInspection {
    var inspection = try await Inspector(settings: settings).inspect()
    let (right, subscription) = try await chores.ask(settings.target) { target in
      (try await SubscriptionRight.read(target), try await Subscription.read(settings, on: target))
    }
    if let obstacle = right.obstacle(at: "the target \(settings.targetNode)") { inspection.obstacles.append(obstacle) }
    guard let subscription, subscription.hasSlot, inspection.isPrepared else {
      inspection.appliedPosition = nil
      inspection.needsBaseline = false
      return inspection
    }
    inspection.appliedPosition = try await appliedPosition()
    // The server keeps no such time, and the books' is of another mode.
    inspection.appliedCommit = nil
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
    let (right, standing) = try await chores.ask(settings.target) { target in
      (try await SubscriptionRight.read(target), try await Subscription.read(settings, on: target))
    }
    if let obstacle = right.obstacle(at: "the target \(settings.targetNode)") { throw LinkFailure.blocked(obstacle) }
    if standing?.hasSlot != true { try await beginAnew(beginning) }
    let outcome = try await Preparation(settings: settings, beginning: beginning).make()
    await outcome.snapshot?.close()
    let isNewSlot = outcome.snapshot != nil
    try await atTarget("making the subscription") { target in
      var found = try await Subscription.read(settings, on: target)
      // One that followed another slot knows positions that this one does not have.
      if let old = found, isNewSlot || !old.hasSlot {
        try await drop(target)
        found = nil
      }
      let statement: String
      if found != nil {
        statement = text.reconnect
      } else if case .adopt = beginning {
        statement = text.create(copying: false)
      } else {
        statement = text.create(copying: true)
      }
      try await target.query(statement, timeout: .seconds(60))
    }
  }

  /// Where there is no subscription that goes on, nothing is known of copies that one followed, nor of those that it was
  /// asked for.
  ///
  /// - Throws: ``LinkFailure/slotLost(_:)`` where changes of such copies are lost, as far as anybody knows.
  private nonisolated func beginAnew(_ beginning: Preparation.Beginning) async throws {
    try await Sides.with(settings, purpose: "preparation") { sides in
      try await LinkFailure.naming("preparing the link \(settings.directionName)") {
        let view = try await LinkTables.read(settings, sides)
        if beginning == .copy, view.isFollowed {
          throw LinkFailure.slotLost(
            "the target \(settings.targetNode) has lost the subscription \(settings.slotName), or the link had another "
              + "mode before: nobody knows which changes the target's copies lack; take a new baseline "
              + "(\(SyncRequest.baseline(settings.id, tables: []).command))")
        }
        for (name, record) in view.records where record.isAskedFor {
          try await LinkTableRecord.set(
            .copying, of: name, link: settings.directionName, reason: record.reason, on: sides.target)
        }
      }
    }
  }

  public func copyBaseline(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    try await copy(report)
  }

  /// Disables the subscription, and returns when its worker has ended.
  public func halt() async throws {
    try await atTarget("disabling the subscription") { target in
      guard try await Subscription.read(settings, on: target) != nil else { return }
      try await disable(target)
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

  /// Until the next copy the subscription goes on with them, whether it is there or not: what it was asked for before is
  /// forgotten when that begins.
  public func discard(tables: [String]) async throws { try await chores.discard(tables: tables) }

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

  /// Without its slot, which is ours: so it goes also where the source cannot be reached. At once, or one without a slot
  /// would be left by a crash.
  private nonisolated func drop(_ target: PostgresConnection) async throws {
    let name = text.name
    try await target.execute(
      "ALTER SUBSCRIPTION \(name) DISABLE; ALTER SUBSCRIPTION \(name) SET (slot_name = NONE); DROP SUBSCRIPTION \(name)",
      timeout: .seconds(60))
  }
}
