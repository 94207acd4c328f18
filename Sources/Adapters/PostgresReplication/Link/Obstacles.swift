import Operations

/// Says what keeps a link from running, each with what mends it. Pure.
struct Obstacles: Sendable {
  let settings: LinkSettings
  private(set) var texts: [String] = []
  private(set) var warnings: [String] = []

  init(settings: LinkSettings) { self.settings = settings }

  private var sourceName: String { "the source \(settings.sourceNode)" }
  private var targetName: String { "the target \(settings.targetNode)" }

  mutating func add(_ text: String) { if !texts.contains(text) { texts.append(text) } }
  mutating func warn(_ text: String) { warnings.append(text) }

  mutating func judgeSource(_ facts: SideFacts, slot: SourceSlot?) {
    if facts.encoding == "SQL_ASCII" {
      add(
        "\(sourceName) has the encoding SQL_ASCII, in which nobody knows what the bytes of a text mean, so the target "
          + "could refuse or misread them: restore a dump of it into a database with an encoding "
          + "(CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8')")
    }
    if facts.walLevel != "logical" {
      add("\(sourceName) has wal_level \(facts.walLevel): \(Self.setting("wal_level", "logical", facts))")
    }
    if settings.mode == .streamBoth, !facts.tracksCommitTime {
      add(
        "\(sourceName) does not keep commit times, by which conflicts are resolved: "
          + Self.setting("track_commit_timestamp", "on", facts))
    }
    guard slot == nil else { return }
    if facts.slots.used >= facts.slots.limit {
      add(
        "\(sourceName) has all of its \(facts.slots.limit) replication slots in use: "
          + Self.setting("max_replication_slots", String(facts.slots.limit + 4), facts))
    }
    if facts.senders.used >= facts.senders.limit {
      add(
        "\(sourceName) has all of its \(facts.senders.limit) senders in use: "
          + Self.setting("max_wal_senders", String(facts.senders.limit + 4), facts))
    }
  }

  mutating func judgeTarget(_ facts: SideFacts) {
    if settings.mode == .streamBoth, !facts.tracksCommitTime {
      add(
        "\(targetName) does not keep commit times, by which conflicts are resolved: "
          + Self.setting("track_commit_timestamp", "on", facts))
    }
    if !facts.mayMakeTemporaryTables {
      add("\(targetName): GRANT TEMPORARY ON DATABASE \(facts.database) TO \(facts.role)")
    }
  }

  /// - Parameters:
  ///   - missing: privileges that the role lacks.
  ///   - table: quoted; another kind of object with its kind before it.
  ///   - blocks: whether the link cannot do without them now; it can, say, until it copies.
  mutating func lacks(
    _ missing: [String], on table: String, role: String, atSource: Bool, blocks: Bool = true
  ) {
    guard !missing.isEmpty else { return }
    let grant = "GRANT \(missing.joined(separator: ", ")) ON \(table) TO \(role)"
    tell("\(atSource ? sourceName : targetName): \(grant)", blocks: blocks)
  }

  private mutating func tell(_ text: String, blocks: Bool) {
    if blocks { add(text) } else { warn(text) }
  }

  /// - Parameters:
  ///   - table: quoted.
  ///   - owner: the table's, whose members see all rows; nil where they would not, or nobody should be one.
  mutating func hidesRows(of table: String, role: String, owner: String?, atSource: Bool, blocks: Bool) {
    let other = owner.map { "GRANT \($0) TO \(role)" } ?? "ALTER TABLE \(table) DISABLE ROW LEVEL SECURITY"
    tell(
      "\(atSource ? sourceName : targetName): row-level security hides rows of \(table) from \(role): "
        + "ALTER ROLE \(role) BYPASSRLS, or \(other)", blocks: blocks)
  }

  /// - Parameter isMade: whether all of the link's own tables are there.
  mutating func judgeMaking(_ facts: SideFacts, isMade: Bool, atSource: Bool) {
    // The function that remembers deletes is made anew each time.
    guard !isMade || settings.mode == .streamBoth else { return }
    if !facts.hasSchema, !facts.mayCreateInDatabase { return lacksCreate(facts, atSource: atSource) }
    if facts.hasSchema, !facts.mayCreateInSchema {
      lacks(["USAGE", "CREATE"], on: "SCHEMA signalbox", role: facts.role, atSource: atSource)
    }
  }

  mutating func lacksCreate(_ facts: SideFacts, atSource: Bool) {
    lacks(["CREATE"], on: "DATABASE \(facts.database)", role: facts.role, atSource: atSource)
  }

  /// - Parameter owner: nil for a superuser.
  mutating func isNotOwner(of table: TableShape, role: String, owner: String?, atSource: Bool, because: String) {
    let remedy = owner.map { "GRANT \($0) TO \(role)" } ?? "ALTER TABLE \(table.quotedName) OWNER TO \(role)"
    add("\(atSource ? sourceName : targetName): \(table.name) is another's, and \(because): \(remedy)")
  }

  mutating func judge(_ standing: LinkStanding, facts: SideFacts, hasCopies: Bool) {
    guard let slot = standing.slot else {
      if standing.position > .zero, hasCopies { add(Preparation.lossText(settings, standing)) }
      return
    }
    if let claim = slot.foreignClaim { return add(claim) }
    if hasCopies, slot.isLost || standing.hasParted { return add(Preparation.lossText(settings, standing)) }
    if let receiver = slot.receiver, !receiver.contains("application signalbox \(settings.directionName) ") {
      add("the slot \(slot.name) is held by another receiver (\(receiver)): end it, or name this link otherwise")
    }
    if let safe = slot.safeBytes, let limit = facts.slotLimitBytes, limit > 0, safe < limit / 4 {
      warn(
        "the slot \(slot.name) will be lost after \(max(0, safe) / 1_048_576) MiB more of log at \(sourceName): "
          + "let the link catch up, or raise max_slot_wal_keep_size")
    }
  }

  /// What cannot be compared is the source's to decide, whoever writes the target.
  mutating func judge(versionsOf view: LinkTables) {
    guard let column = settings.timestampColumn else { return }
    for table in view.scope.included where view.parked[table.name] == nil {
      guard let target = view.target[table.name],
        MergeSQL.timestampColumn(settings, at: table.shape, target) == nil
      else { continue }
      warn(
        "\(table.name) has no time in a column \(column) on both sides: the source's rows replace the target's there, also "
          + "later ones")
    }
  }

  /// What the source can do to a table that the log does not bring to the target.
  mutating func judge(writesTo view: LinkTables) {
    for table in view.scope.included where view.parked[table.name] == nil {
      guard let target = view.target[table.name] else { continue }
      for column in target.columns
      where column.identity == .always && table.identity != .insertsOnly && !table.key.contains(column.name) {
        warn(
          "\(table.name).\(column.name) is GENERATED ALWAYS at \(targetName), where updates of it cannot be set: ALTER TABLE "
            + "\(target.quotedName) ALTER COLUMN \(SQLText.identifier(column.name)) SET GENERATED BY DEFAULT")
      }
      let (here, there) = (Set(table.shape.partitions), Set(target.partitions))
      // Partitions that have no name in common are two ways to divide the table, not one that has moved on.
      guard here != there, !here.isDisjoint(with: there) else { continue }
      let (gone, come) = (there.subtracting(here).sorted(), here.subtracting(there).sorted())
      if !gone.isEmpty {
        warn(
          "\(table.name): only \(targetName) has \(Self.list(gone)); a partition that was dropped or detached at "
            + "\(sourceName) keeps its rows there: drop or detach it there too")
      }
      if !come.isEmpty {
        warn(
          "\(table.name): only \(sourceName) has \(Self.list(come)); rows that one held when it was attached are not "
            + "sent: compare the table, then repair it")
      }
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }

  mutating func judge(triggers tables: [TableShape], target: SideFacts) {
    guard !target.maySilence else {
      for table in tables where !table.alwaysTriggers.isEmpty {
        warn(
          "\(table.name): \(table.alwaysTriggers.joined(separator: ", ")) fires for what is applied too (ENABLE ALWAYS)"
        )
      }
      return
    }
    for table in tables where !table.triggers.isEmpty {
      warn(
        "\(table.name): \(table.triggers.joined(separator: ", ")) will fire at \(targetName) for what is applied; "
          + "GRANT SET ON PARAMETER session_replication_role TO \(target.role) keeps triggers silent")
    }
  }

  mutating func judge(_ skew: ClockSkew?) {
    guard settings.mode == .streamBoth else { return }
    guard let skew else { return add("the clocks of both databases could not be compared") }
    let bound = Swift.abs(skew.seconds) + skew.uncertainty
    guard bound > settings.clockSkewLimit.inSeconds else { return }
    add(
      "the clock of \(targetName) is \(Self.milliseconds(skew.seconds)) from the source's (± "
        + "\(Self.milliseconds(skew.uncertainty))), above the bound of \(Self.milliseconds(settings.clockSkewLimit.inSeconds)): "
        + "conflicts cannot be resolved by time; set the clocks by NTP on both sides")
  }

  private static func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded())) ms" }

  /// How a setting is changed where the database runs.
  private static func setting(_ name: String, _ value: String, _ facts: SideFacts) -> String {
    switch facts.isManaged {
    case .rds:
      name == "wal_level"
        ? "set rds.logical_replication = 1 in the instance's parameter group and reboot it"
        : "set \(name) = \(value) in the instance's parameter group and reboot it"
    case .azure: "set the server parameter \(name) to \(value) and restart the server"
    case nil: "ALTER SYSTEM SET \(name) = \(value), then restart the server"
    }
  }
}
