import Operations

/// Which of the source's tables a link takes in. Pure.
struct ScopedTables: Sendable, Equatable {
  /// A table that is not taken in, and what would change that.
  struct Refusal: Sendable, Equatable {
    var table: String
    var reason: String
  }

  private(set) var included: [ScopedTable] = []
  private(set) var refused: [Refusal] = []

  /// - Parameter source: the source's tables, of all schemas that the link names.
  init(source: [TableShape], settings: LinkSettings) {
    for shape in source where Self.isInScope(shape, settings) {
      guard !shape.hasForeignPartitions else {
        // A copy would read them with the table; the log, and a comparison by leaves, have nothing of them.
        refused.append(
          Refusal(
            table: shape.name,
            reason:
              "\(shape.name) has partitions that are foreign tables, whose changes are not seen: detach them "
              + "(ALTER TABLE \(shape.quotedName) DETACH PARTITION …), or leave the table out (exclude)"))
        continue
      }
      guard !shape.isInherited || settings.mode == .snapshot || settings.mode == .native else {
        // A change of a parent would be done to its children's rows as well.
        refused.append(
          Refusal(
            table: shape.name,
            reason:
              "\(shape.name) inherits from a table, or another from it, which is not replicated: partition it, or "
              + "ALTER TABLE … NO INHERIT …"))
        continue
      }
      if settings.mode == .streamBoth, let reason = Self.hindranceToTombstones(shape) {
        refused.append(Refusal(table: shape.name, reason: reason))
        continue
      }
      switch settings.mode == .snapshot ? Self.judge(snapshotOf: shape) : Self.judge(shape, settings.keyless) {
      case .success(let identity): included.append(ScopedTable(shape: shape, identity: identity))
      case .failure(let refusal): refused.append(Refusal(table: shape.name, reason: refusal.reason))
      }
    }
  }

  func table(_ name: String) -> ScopedTable? { included.first { $0.name == name } }

  private static func isInScope(_ shape: TableShape, _ settings: LinkSettings) -> Bool {
    if shape.name == LinkSettings.heartbeat { return settings.mode != .streamBoth }
    return shape.schema != "signalbox" && settings.schemas.contains(shape.schema)
      && !settings.excluded.contains { matches(shape.name, glob: $0) }
  }

  /// Deletes are remembered by the key's text.
  private static func hindranceToTombstones(_ shape: TableShape) -> String? {
    let column = shape.key.lazy.compactMap { shape.column($0) }.first { $0.keyForm == .unknown }
    return column.map { column in
      let kind = column.looseCollation.map { "has the collation \($0)" } ?? "is \(column.type)"
      return
        "\(shape.name).\(column.name) is part of the key and \(kind), in which equal values can be written in several "
        + "ways: where both sides are written, a deleted row could come back; give the key another "
        + (column.looseCollation == nil ? "type" : "collation, or the type citext")
    }
  }

  private struct Reason: Error { var reason: String }

  /// What is read as a whole needs neither the log nor an identity in it.
  private static func judge(snapshotOf shape: TableShape) -> Result<ScopedTable.Identity, Reason> {
    guard !shape.plainColumns.isEmpty else {
      return .failure(Reason(reason: "\(shape.name) has no column that could be copied"))
    }
    return .success(shape.key.isEmpty ? .wholeRow : .key(shape.key))
  }

  private static func judge(
    _ shape: TableShape, _ keyless: LinkSettings.Keyless
  ) -> Result<ScopedTable.Identity, Reason> {
    let name = shape.quotedName
    guard shape.isLogged else {
      return .failure(
        Reason(reason: "\(shape.name) is unlogged, so its changes are not in the log: ALTER TABLE \(name) SET LOGGED"))
    }
    guard !shape.plainColumns.isEmpty else {
      return .failure(Reason(reason: "\(shape.name) has no column that could be copied"))
    }
    // Whatever its key: with this identity the source would refuse updates of a published table.
    if shape.replicaIdentity == "n", keyless != .insertOnly {
      return .failure(
        Reason(
          reason: "\(shape.name) has REPLICA IDENTITY NOTHING, so its updates name no row: "
            + "ALTER TABLE \(name) REPLICA IDENTITY \(shape.key.isEmpty ? "FULL" : "DEFAULT")"))
    }
    if !shape.key.isEmpty, shape.replicaIdentity != "n" { return .success(.key(shape.key)) }
    if shape.replicaIdentity == "f" { return .success(.wholeRow) }
    switch keyless {
    case .full: return .success(.wholeRow)
    case .insertOnly: return .success(.insertsOnly)
    case .refuse:
      return .failure(
        Reason(
          reason: "\(shape.name) has no primary key, so its updates and deletes name no row: "
            + "ALTER TABLE \(name) ADD PRIMARY KEY (…), or ALTER TABLE \(name) REPLICA IDENTITY FULL "
            + "(slow for large tables), or take such tables in with keyless: full or keyless: insert-only"))
    }
  }

  /// Whether all of `text` fits; `*` stands for any characters.
  static func matches(_ text: String, glob: String) -> Bool {
    let text = Array(text)
    let glob = Array(glob)
    var place = 0
    var part = 0
    // Where the last star stands, and how much it has taken so far.
    var star: (part: Int, place: Int)?
    while place < text.count {
      if part < glob.count, glob[part] == "*" {
        star = (part, place)
        part += 1
      } else if part < glob.count, glob[part] == text[place] {
        place += 1
        part += 1
      } else if let last = star {
        star = (last.part, last.place + 1)
        part = last.part + 1
        place = last.place + 1
      } else {
        return false
      }
    }
    return glob[part...].allSatisfy { $0 == "*" }
  }
}
