import Operations
import PostgresAdapter

/// Makes what a link needs on both sides. May be repeated at any time, and after a crash at any point.
struct Preparation: Sendable {
  /// What the target's tables are taken for when the link is made.
  enum Beginning: Sendable {
    /// Nothing: each table is copied.
    case copy
    /// Equal to the source's, at rest: the link runs the way back after a switchover.
    case adopt
  }

  struct Outcome: Sendable {
    var scope: ScopedTables
    /// The reason, by table.
    var parked: [String: String]
    /// What the source held when the slot was made, if it was made just now. Whoever gets it closes it.
    var snapshot: ExportedSnapshot?
    /// Whether an inspection would find anything else than before.
    var hasChanged: Bool
  }

  /// What was found in the end.
  struct Result: Sendable {
    var inspection: LinkInspection
    /// Of a slot that was made. Whoever gets it closes it.
    var snapshot: ExportedSnapshot?
    /// In which everything was found ready for a stream: it begins sooner in sessions that know the catalog. Whoever
    /// gets them closes them.
    var sides: Sides?
  }

  let settings: LinkSettings
  let beginning: Beginning
  /// For the transactions that a new slot must wait for.
  let slotTimeout: Duration

  /// - Parameter beginning: as the settings have it, unless given.
  init(settings: LinkSettings, beginning: Beginning? = nil, slotTimeout: Duration = .seconds(60)) {
    self.settings = settings
    self.beginning = beginning ?? (settings.adopts ? .adopt : .copy)
    self.slotTimeout = slotTimeout
  }

  /// Looks at both sides, makes what is missing unless something is in the way, and looks again if anything was.
  ///
  /// - Parameter keepsSessions: whether they are handed on where a stream can begin.
  /// - Throws: ``LinkFailure``; `CancellationError`.
  func run(
    keepsSessions: Bool = false, hasReplicated: Inspector.HasReplicated = .no
  ) async throws -> Result {
    let sides = try await Sides.open(settings, purpose: Self.purpose)
    do {
      var result = try await naming { try await run(sides, hasReplicated) }
      if keepsSessions, result.inspection.canStream { result.sides = sides } else { await sides.close() }
      return result
    } catch {
      await sides.close()
      throw error
    }
  }

  private func run(_ sides: Sides, _ hasReplicated: Inspector.HasReplicated) async throws -> Result {
    let look = try await Inspector(settings: settings).look(sides, hasReplicated: hasReplicated)
    guard look.inspection.obstacles.isEmpty, !look.inspection.isTurned, let ground = look.ground else {
      return Result(inspection: look.inspection)
    }
    let outcome = try await make(sides, ground.standing, ground.tables)
    guard outcome.hasChanged else { return Result(inspection: look.inspection, snapshot: outcome.snapshot) }
    do {
      let inspection = try await Inspector(settings: settings).inspect(sides, hasReplicated: .yes)
      return Result(inspection: inspection, snapshot: outcome.snapshot)
    } catch {
      await outcome.snapshot?.close()
      throw error
    }
  }

  /// Makes what is missing, whatever is in the way.
  ///
  /// - Throws: ``LinkFailure``; `CancellationError`.
  func make() async throws -> Outcome {
    try await inSessions { sides in try await make(sides, try await LinkStanding.read(settings, sides)) }
  }

  private func inSessions<Value: Sendable>(_ body: (Sides) async throws -> Value) async throws -> Value {
    try await Sides.with(settings, purpose: Self.purpose) { sides in try await naming { try await body(sides) } }
  }

  private static let purpose = "preparation"

  private func naming<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    try await LinkFailure.naming("preparing the link \(settings.directionName)") { try await body() }
  }

  /// As ``make()``, and looks at both sides afterwards, in the same sessions: nobody can write meanwhile.
  ///
  /// - Returns: what was found, with nothing in the way.
  /// - Throws: as ``make()``, and where something is in the way. What stood before is as it was then, and what did
  ///   not is taken away.
  func adopt() async throws -> LinkInspection {
    try await inSessions { sides in
      let found = try await LinkStanding.read(settings, sides)
      do {
        await (try make(sides, found)).snapshot?.close()
        let inspection = try await Inspector(settings: settings).inspect(sides, hasReplicated: .yes)
        return try inspection.ready(for: settings.directionName)
      } catch {
        if !found.isWhole { try? await TearDown(settings: settings).run() }
        throw error
      }
    }
  }

  /// - Parameter view: the tables, where they were read just now.
  private func make(_ sides: Sides, _ found: LinkStanding, _ seen: LinkTables? = nil) async throws -> Outcome {
    let streams = settings.mode != .snapshot
    async let atTarget: Void = Bookkeeping.make(on: sides.target, side: "target")
    // A source that is only read may be a standby, or take no writes of this role.
    if streams { try await Bookkeeping.make(on: sides.source, side: "source") }
    try await atTarget
    try await LinkRecord.claim(settings, on: sides.target)
    let view = if let seen { seen } else { try await LinkTables.read(settings, sides) }
    if settings.mode == .snapshot || settings.mode == .native {
      try await SourceLog.forget(of: settings.directionName, on: sides.target)
    }
    let aside = try await asideBefore(sides)
    guard streams else {
      // A link that never ran has a position from now on.
      let hasChanged = try await record(view, aside, isAnew: false, sides) || found.position == .zero
      return Outcome(scope: view.scope, parked: view.parked, snapshot: nil, hasChanged: hasChanged)
    }
    // What goes out of a subscription is noted down before: a crash in between would hide what it misses.
    let recordsFirst = settings.mode == .native && beginning == .copy
    var hasChanged = recordsFirst ? try await record(view, aside, isAnew: !found.isWhole, sides) : false
    if try await setIdentities(view.scope, sides.source) { hasChanged = true }
    if settings.mode == .streamBoth, !settings.traps.contains(.forgetsTombstones) {
      try await TombstoneTriggers.make(for: view.scope.included.map(\.shape), on: sides.source)
      try await TombstoneTriggers.make(
        for: view.scope.included.compactMap { view.target[$0.name] }, on: sides.target)
    } else if settings.mode != .streamBoth {
      // Of a link that went both ways before.
      let own = settings.publications + settings.reversed.publications
      try await TombstoneTriggers.remove(
        from: view.scope.included.map(\.shape), unlessOtherThan: own, on: sides.source)
      try await TombstoneTriggers.remove(
        from: view.scope.included.compactMap { view.target[$0.name] }, unlessOtherThan: own, on: sides.target)
    }
    // Our own stream leaves out by itself what it is not to apply.
    let published = settings.mode == .native ? view.carried(without: aside) : view.scope.included
    if try await Publication.bringInStep(settings, for: published, on: sides.source) { hasChanged = true }
    let snapshot = try await makeSlot(sides, found, hasCopies: view.hasCopies)
    do {
      try await noteTimeline(found, isNew: snapshot != nil, sides)
      if !recordsFirst, try await record(view, aside, isAnew: !found.isWhole, sides) { hasChanged = true }
    } catch {
      await snapshot?.close()
      throw error
    }
    return Outcome(
      scope: view.scope, parked: view.parked, snapshot: snapshot, hasChanged: hasChanged || snapshot != nil)
  }

  /// - Parameter isNew: whether the position is that of a slot that was made just now.
  private func noteTimeline(_ found: LinkStanding, isNew: Bool, _ sides: Sides) async throws {
    guard settings.mode != .native else { return }
    let timeline = isNew ? try await SourceLog.read(on: sides.source)?.timeline : found.timeline
    if let timeline, isNew || timeline != found.knownTimeline {
      try await SourceLog.note(timeline, of: settings.directionName, on: sides.target)
    } else if isNew {
      try await SourceLog.forget(of: settings.directionName, on: sides.target)
    }
  }

  /// Tables that are found by their whole row must send it.
  ///
  /// - Returns: whether any did not.
  private func setIdentities(_ scope: ScopedTables, _ source: PostgresConnection) async throws -> Bool {
    let silent = scope.included.filter { $0.identity == .wholeRow && $0.shape.replicaIdentity != "f" }
    for table in silent {
      // It is not handed down to partitions.
      let leaves = try await source.query(
        """
        SELECT n.nspname AS schema, c.relname AS name FROM pg_partition_tree($1::regclass) p
        JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
        """, [PostgresValue(table.shape.quotedName)], timeout: .seconds(20))
      var names = try leaves.map { SQLText.table(schema: try $0.get("schema"), name: try $0.get("name")) }
      if names.isEmpty { names = [table.shape.quotedName] }
      try await source.execute(
        names.map { "ALTER TABLE ONLY \($0) REPLICA IDENTITY FULL" }.joined(separator: "; "), timeout: .seconds(60))
    }
    return !silent.isEmpty
  }

  /// - Returns: nil where the slot there is goes on to serve.
  /// - Throws: ``LinkFailure/slotLost(_:)`` where the target has copies that a new slot could not follow on.
  private func makeSlot(_ sides: Sides, _ found: LinkStanding, hasCopies: Bool) async throws -> ExportedSnapshot? {
    let slot = found.slot
    if let slot, let claim = slot.foreignClaim { throw LinkFailure.blocked(claim) }
    if found.isWhole { return nil }
    if hasCopies { throw LinkFailure.slotLost(Self.lossText(settings, found)) }
    if let slot {
      // Made by an attempt that got no further, or for a target that is there no more: nobody counts on it.
      if let receiver = slot.receiver {
        throw LinkFailure.blocked("the slot \(slot.name) is held by \(receiver): end that receiver first")
      }
      // A crash from here on must not leave a position beside a slot that it was not made with.
      try await LinkRecord.begin(settings, at: .zero, on: sides.target)
      try await sides.source.query(
        "SELECT pg_drop_replication_slot($1)", [PostgresValue(slot.name)], timeout: .seconds(20))
    }
    let made = try await ExportedSnapshot.export(
      slot: settings.slotName, isTemporary: false, settings: settings, timeout: slotTimeout)
    do {
      try await LinkRecord.begin(settings, at: made.position, on: sides.target)
    } catch {
      await made.close()
      throw error
    }
    return made
  }

  static func lossText(_ settings: LinkSettings, _ standing: LinkStanding) -> String {
    let remedy = "take a new baseline (\(SyncRequest.baseline(settings.id, tables: []).command))"
    if let parted = standing.parted {
      let until = parted > .zero ? "is that log only until \(parted)" : "is another, nobody knows from where on"
      return
        "the source \(settings.sourceNode) has gone back: the target \(settings.targetNode) has applied its log until "
        + "\(standing.position), and what the source has now \(until). It was restored, or failed "
        + "over without its newest transactions. The target still has those, and may lack newer ones. A new baseline "
        + "throws away what only the target has, so save first what is needed of it; then \(remedy)"
    }
    if let forgotten = standing.forgotten {
      return
        "the target \(settings.targetNode) has gone back to \(standing.position) of the source's log, and had "
        + "confirmed \(forgotten): it was restored, failed over without its newest transactions, or subscribed meanwhile "
        + "(mode native), and the source has thrown away what its copies may lack; \(remedy)"
    }
    let what =
      standing.slot == nil
      ? "the slot \(settings.slotName) is gone from the source"
      : "the slot \(settings.slotName) is lost: the source has thrown away log that the target needs"
    return "\(what), and the target's copies are older than what a new one would bring; \(remedy)"
  }

  /// - Parameters:
  ///   - aside: tables that the source did not have whole when it was the target.
  ///   - isAnew: whether the slot is made now. A copy that a subscription was asked for lacks what the one before would
  ///     have brought.
  /// - Returns: whether any table's record is another one now.
  private func record(
    _ view: LinkTables, _ aside: Set<String>, isAnew: Bool, _ sides: Sides
  ) async throws -> Bool {
    var hasChanged = false
    let target = sides.target
    let link = settings.directionName
    let position = try await LinkRecord.read(link, on: target)?.position
    var origins: [String: Int64] = [:]
    let known = Set(view.scope.included.map(\.name) + view.scope.refused.map(\.table))
    for name in view.records.keys.sorted() where !known.contains(name) {
      try await LinkTableRecord.remove(name, link: link, on: target)
      hasChanged = true
    }
    for refusal in view.scope.refused {
      let record = view.records[refusal.table]
      if record?.state == .refused, record?.reason == refusal.reason { continue }
      hasChanged = true
      try await LinkTableRecord.set(
        .refused, of: refusal.table, link: link, ready: record?.ready, reason: refusal.reason, on: target)
    }
    for table in view.scope.included {
      let record = view.records[table.name]
      var new = Self.state(
        record, differs: view.parked[table.name] != nil, position: beginning == .adopt ? position : nil,
        wasAside: aside.contains(table.name))
      if isAnew || view.broken.contains(table.name), new.state == .copying { new.ready = nil }
      var reason = new.state == .parked ? record?.reason ?? Self.asideBefore : view.parked[table.name]
      // Not copied by itself: it may be that what the target has is all that is left of the one before.
      let isOther = record?.origin.map { $0 != table.shape.oid } ?? false
      let isAside = isOther && record?.state == .parked && settings.mode != .snapshot
      if view.replaced.contains(table.name) || isAside {
        new = (.parked, record?.ready)
        reason = (isAside ? record?.reason : nil) ?? Self.replaced(table.name, settings)
      }
      if new.state != .parked, record?.origin == nil || new.state != .streaming {
        origins[table.name] = table.shape.oid
      }
      if new.state == record?.state, new.ready == record?.ready, reason == record?.reason { continue }
      hasChanged = true
      try await LinkTableRecord.set(
        new.state, of: table.name, link: link, ready: new.ready, reason: reason, on: target)
    }
    origins = origins.filter { view.records[$0.key]?.origin != $0.value }
    if !origins.isEmpty { try await LinkTableRecord.note(origins, link: link, on: target) }
    return hasChanged
  }

  private static func replaced(_ table: String, _ settings: LinkSettings) -> String {
    "\(table) is another table at \(settings.sourceNode) than the one that was copied, or was out of the publication "
      + "for a time, and what it holds was not sent; save what is needed of the copy at \(settings.targetNode), then "
      + "copy the table anew"
  }

  private static let asideBefore =
    "it was set aside before the link was turned round, and the side that is the source now lacks changes of it; bring "
    + "them over, then copy the table anew"

  /// Tables that the source did not have whole when it was the target. Of a link that goes both ways, each side has what
  /// the other lacks.
  private func asideBefore(_ sides: Sides) async throws -> Set<String> {
    guard beginning == .adopt, settings.mode != .streamBoth else { return [] }
    let records = try await LinkTableRecord.all(of: settings.reversed.directionName, on: sides.source)
    return Set(records.values.filter { $0.state != .streaming }.map(\.table))
  }

  /// Pure. A table that differs is kept out by what it is compared with each time, so that it comes back once that is
  /// mended; one that was parked while changes were applied stays so until a new copy of it is asked for.
  ///
  /// - Parameters:
  ///   - position: where the stream begins, when tables that are not known yet are taken as equal.
  ///   - wasAside: in the direction before; such a table is not equal.
  static func state(
    _ record: LinkTableRecord?, differs: Bool, position: LSN?, wasAside: Bool = false
  ) -> (state: ReplicatedTable.State, ready: LSN?) {
    guard let record else {
      if position != nil, wasAside { return (.parked, nil) }
      if let position, !differs { return (.streaming, position) }
      return (.waiting, nil)
    }
    switch record.state {
    case .waiting: return (.waiting, nil)
    // A subscription goes on with what it was asked for.
    case .copying: return (.copying, differs ? nil : record.ready)
    // Changes are left out from now on, so what is there has to be copied again; it is ours to throw away.
    case .streaming: return differs ? (.copying, nil) : (.streaming, record.ready)
    case .parked: return differs ? (.copying, nil) : (.parked, record.ready)
    case .refused: return record.ready == nil ? (.waiting, nil) : (.copying, nil)
    }
  }
}
