/// What a batch comes to for one table, ready to be copied to the target. Pure.
struct MergeWork: Sendable {
  /// Updates that were sent the same columns.
  struct Group: Sendable, Equatable {
    var sent: [Int]
    var rows: Int
  }

  let table: ApplyTable
  /// COPY text for the staging table: deletions in group 0, updates in the group after their place in ``groups``.
  private(set) var staging: [[UInt8]] = []
  private(set) var deletions = 0
  private(set) var groups: [Group] = []
  /// COPY text for the table itself.
  private(set) var inserts: [[UInt8]] = []

  static let deletionGroup = 0
  private static let chunk = 128 * 1024

  private init(table: ApplyTable) { self.table = table }

  /// - Throws: ``ApplyFailure/order`` when the changes must be applied one by one.
  static func all(of batch: ChangeBatch, _ tables: [UInt32: ApplyTable]) throws(ApplyFailure) -> [MergeWork] {
    var works: [MergeWork] = []
    var mustOrder = false
    var fields = batch.fields
    batch.bytes.withUnsafeBytes { text in
      for relation in batch.changesByRelation().keys.sorted() {
        guard let table = tables[relation] else { continue }
        let work =
          table.isKeyless
          ? appending(table, batch.changes, fields, text) : netting(table, batch.changes, &fields, text)
        guard let work else {
          mustOrder = true
          return
        }
        works.append(work)
      }
    }
    if mustOrder { throw .order }
    return works
  }

  /// Of a table without a key nothing but inserts can be merged.
  private static func appending(
    _ table: ApplyTable, _ changes: [Change], _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer
  ) -> MergeWork? {
    var work = MergeWork(table: table)
    var copy = CopyText(capacity: chunk * 2)
    for change in changes where change.relation == table.relation.oid {
      guard change.kind == .insert else { return nil }
      work.write(change.new, fields, text, &copy)
      if let full = copy.take(atLeast: chunk) { work.inserts.append(full) }
    }
    if let rest = copy.take() { work.inserts.append(rest) }
    return work
  }

  private static func netting(
    _ table: ApplyTable, _ changes: [Change], _ fields: inout [PgoutputField], _ text: UnsafeRawBufferPointer
  ) -> MergeWork? {
    var net = NetChange(width: table.columns.count, key: table.key, capacity: min(changes.count, 1 << 16))
    for change in changes where change.relation == table.relation.oid {
      guard net.add(change, &fields, text) else { return nil }
    }
    var work = MergeWork(table: table)
    var inserts = CopyText(capacity: chunk * 2)
    var staging = CopyText(capacity: chunk * 2)
    for row in net.rows {
      switch row.state {
      case .nothing: continue
      case .insert: work.write(row.values, fields, text, &inserts)
      case .delete: work.stage(Self.deletionGroup, row.key, fields, text, &staging)
      case .replace:
        work.stage(Self.deletionGroup, row.key, fields, text, &staging)
        work.write(row.values, fields, text, &inserts)
      case .update: work.stage(work.group(of: row.values, fields), row.values, fields, text, &staging)
      }
      if let full = inserts.take(atLeast: chunk) { work.inserts.append(full) }
      if let full = staging.take(atLeast: chunk) { work.staging.append(full) }
    }
    if let rest = inserts.take() { work.inserts.append(rest) }
    if let rest = staging.take() { work.staging.append(rest) }
    return work
  }

  private mutating func group(of values: Int32, _ fields: [PgoutputField]) -> Int {
    // Nearly all rows of a table are sent the same columns.
    let isSame = { (group: Group) in
      var next = 0
      for column in table.columns.indices where !fields[Int(values) + column].isUnchanged {
        guard next < group.sent.count, group.sent[next] == column else { return false }
        next += 1
      }
      return next == group.sent.count
    }
    if let known = groups.firstIndex(where: isSame) {
      groups[known].rows += 1
      return known + 1
    }
    let sent = table.columns.indices.filter { !fields[Int(values) + $0].isUnchanged }
    groups.append(Group(sent: sent, rows: 1))
    return groups.count
  }

  @inline(__always)
  private func write(
    _ first: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer, _ copy: inout CopyText
  ) {
    for column in 0..<table.columns.count {
      copy.append(fields[Int(first) + column], of: text)
      copy.endField()
    }
    copy.endRow()
  }

  @inline(__always)
  private mutating func stage(
    _ group: Int, _ first: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer, _ copy: inout CopyText
  ) {
    if group == Self.deletionGroup { deletions += 1 }
    copy.append(group)
    copy.endField()
    write(first, fields, text, &copy)
  }
}
