import Operations
import PostgresAdapter

/// Looks at both sides of a link and changes nothing.
struct Inspector: Sendable {
  let settings: LinkSettings

  /// - Throws: ``LinkFailure/unreachable(_:)`` when a side cannot be asked.
  func inspect() async throws -> LinkInspection {
    try await Sides.with(settings, purpose: "inspection") { sides in
      try await LinkFailure.naming("looking at the link \(settings.directionName)") { try await inspect(sides) }
    }
  }

  /// What is found, and what was read for it.
  struct Look: Sendable {
    var inspection: LinkInspection
    /// Nil where the link's own tables cannot be read, which is an obstacle.
    var ground: (standing: LinkStanding, tables: LinkTables)?
  }

  /// Whether the role is known to be let in for replication.
  enum HasReplicated: Sendable {
    case no
    /// Where there is a slot: what follows would tell otherwise.
    case withSlot
    /// It was just seen.
    case yes
  }

  /// Over sessions that somebody else has opened, and may use again.
  func inspect(_ sides: Sides, hasReplicated: HasReplicated = .no) async throws -> LinkInspection {
    try await look(sides, hasReplicated: hasReplicated).inspection
  }

  func look(_ sides: Sides, hasReplicated: HasReplicated = .no) async throws -> Look {
    var obstacles = Obstacles(settings: settings)
    // The sides are asked at once; each by itself in turn, as a session's settings are changed for some questions.
    async let targetFacts = SideFacts.read(sides.target)
    let source = try await SideFacts.read(sides.source)
    let slot = try await SourceSlot.read(settings.slotName, on: sides.source)
    let streams = settings.mode != .snapshot
    // Tried in a session of its own, while others are asked.
    let isKnown = hasReplicated == .yes || (hasReplicated == .withSlot && slot != nil) || slot?.isActive == true
    let tries = !isKnown && streams && source.walLevel == "logical"
    async let refusal = tries ? replicationRefusal() : nil
    let target = try await targetFacts
    let skew = try await ClockSkew.measure(sides)
    if streams { obstacles.judgeSource(source, slot: slot) }
    obstacles.judgeTarget(target)
    if let refusal = await refusal { obstacles.add(refusal) }
    obstacles.judge(skew)
    guard try await judgeBooks(sides, source, target, &obstacles) else {
      return Look(
        inspection: LinkInspection(
          obstacles: obstacles.texts, warnings: obstacles.warnings,
          clockSkew: .microseconds(Int64(skew.seconds * 1e6))))
    }
    let record = try await LinkRecord.read(settings.directionName, on: sides.target)
    let standing = try await LinkStanding.read(settings, sides, slot: slot, position: record?.position ?? .zero)
    var view = try await LinkTables.read(settings, sides)
    try await judgePrivileges(view, sides, source, target, &obstacles)
    if streams {
      obstacles.judge(standing, facts: source, hasCopies: view.hasCopies)
    } else if let slot, slot.foreignClaim == nil {
      obstacles.warn(
        "the slot \(slot.name) is left over from when this link streamed, and keeps log at the source: "
          + "SELECT pg_drop_replication_slot(\(SQLText.literal(slot.name)))")
    }
    if let record, record.generation > settings.generation {
      obstacles.add(
        "the link is held by generation \(record.generation), newer than ours (\(settings.generation)): "
          + "another host has taken it over")
    }
    if settings.mode == .snapshot { obstacles.judge(versionsOf: view) }
    if let obstacle = try await RoleStanding.read(sides.target)?.obstacle(settings) { obstacles.add(obstacle) }
    for reason in try await view.setOccupiedAside(settings, sides) { obstacles.add(reason) }
    obstacles.judge(triggers: view.scope.included.compactMap { view.target[$0.name] }, target: target)
    if streams { obstacles.judge(writesTo: view) }
    // The way back would say the same again.
    if settings.mode == .streamBoth, !settings.adopts {
      for warning in try await meetingSequences(view, sides) { obstacles.warn(warning) }
    }
    let position = try await sides.source.query(
      "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text AS lsn",
      timeout: .seconds(10)
    ).only().get("lsn", as: String.self)
    let conflicts = try await ConflictLog(settings: settings).counts(on: sides.target)
    let isPaused = try await LinkPause.read(of: settings.directionName, on: sides.target)
    var inspection = LinkInspection(
      obstacles: obstacles.texts, warnings: obstacles.warnings, tables: tables(view, conflicts), needsSlot: streams,
      appliedPosition: record?.position, appliedCommit: record?.committedAt, isPaused: isPaused,
      needsRecord: needsRecord(view), sourcePosition: LSN(position) ?? .zero,
      clockSkew: .microseconds(Int64(skew.seconds * 1e6)))
    if streams {
      let isPrepared = slot != nil && standing.position > .zero
      inspection.needsBaseline = isPrepared && needsCopy(view)
      inspection.slot = isPrepared ? slot?.snapshot : nil
      if !isPrepared { inspection.appliedPosition = nil }
      // Where both stand, a reversal is under way, and whoever began it knows what comes next.
      if settings.mode == .stream, standing.isWhole,
        let left = try await SourceSlot.read(settings.reversed.slotName, on: sides.target), left.foreignClaim == nil,
        !left.isActive
      {
        inspection.warnings.append(
          "the slot \(left.name) is left over at \(settings.targetNode) from when changes came from there, and keeps log: "
            + "SELECT pg_drop_replication_slot(\(SQLText.literal(left.name)))")
      }
      if settings.mode != .streamBoth, !standing.isWhole {
        inspection.isTurned = try await LinkStanding.read(settings.reversed, sides.reversed).isWhole
      }
    }
    return Look(inspection: inspection, ground: (standing, view))
  }

  /// What was taken away for a copy comes back with one too, though no row is left to be copied.
  private func needsCopy(_ view: LinkTables) -> Bool {
    !view.uncopied.isEmpty || !view.rebuilding.isEmpty || view.lacksForeignKeys
  }

  private func meetingSequences(_ view: LinkTables, _ sides: Sides) async throws -> [String] {
    let tables = Set(view.scope.included.map(\.name))
    do {
      async let there = MeetingSequences.read(of: tables, on: sides.target)
      let here = try await MeetingSequences.read(of: tables, on: sides.source)
      return MeetingSequences.warnings(source: here, target: try await there, settings)
    } catch let error as PostgresError where error.kind == .server {
      // Somebody has one locked, or has just dropped it: nothing hangs on it.
      return []
    }
  }

  /// What such a table holds was never compared with what a column that was added to it holds at the source, or one
  /// whose type was changed: its rows were written anew there, and that is not in the log.
  ///
  /// Not both ways, where a copy empties a table that an application writes: there only what ends the stream has it
  /// noted down.
  private func needsRecord(_ view: LinkTables) -> Bool {
    guard view.replaced.isEmpty else { return true }
    // A partition that came later does not send whole rows yet, and the source refuses to update them.
    if settings.mode != .snapshot,
      view.scope.included.contains(where: { table in
        let isEmpty = table.shape.isPartitioned && table.shape.partitions.isEmpty
        return table.identity == .wholeRow && table.shape.replicaIdentity != "f" && !isEmpty
      })
    {
      return true
    }
    guard settings.mode != .streamBoth else { return false }
    return view.scope.included.contains { table in
      guard view.parked[table.name] != nil, view.records[table.name]?.state == .streaming,
        let target = view.target[table.name]
      else { return false }
      return table.shape.plainColumns.contains { column in
        guard let own = target.column(column.name) else { return true }
        return !SchemaComparison.fits(column.type, into: own.type)
          && !SchemaComparison.refuses(column.type, own.type)
      }
    }
  }

  private func tables(_ view: LinkTables, _ conflicts: [String: Int]) -> [ReplicatedTable] {
    let included = view.scope.included.map { table in
      let record = view.records[table.name]
      let differs = view.parked[table.name]
      return ReplicatedTable(
        name: table.name, state: differs == nil ? record?.state ?? .waiting : .parked,
        reason: differs ?? record?.reason, rowsApplied: record?.rowsApplied ?? 0,
        conflicts: conflicts[table.name] ?? 0, bytes: table.shape.bytes)
    }
    let refused = view.scope.refused.map { ReplicatedTable(name: $0.table, state: .refused, reason: $0.reason) }
    return (included + refused).sorted { $0.name < $1.name }
  }

  // MARK: - Judging

  /// Tried for real: on RDS the catalog says that nobody may replicate.
  private func replicationRefusal() async -> String? {
    do {
      let stream = try await PostgresReplicationStream.connect(
        settings.session(settings.source, purpose: "inspection"), timeout: .seconds(10))
      await stream.close()
      return nil
    } catch let error as PostgresError {
      guard !error.message.contains("number of requested standby connections") else { return nil }
      let role = SQLText.identifier(settings.source.user)
      return
        "the role \(settings.source.user) may not replicate from the source \(settings.sourceNode) (\(error.message)): "
        + "ALTER ROLE \(role) REPLICATION (on RDS: GRANT rds_replication TO \(role))"
    } catch {
      return "\(error)"
    }
  }
}
