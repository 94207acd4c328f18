import PostgresAdapter

extension ApplyTable {
  /// The statement that does to the target what the change did to the source; nil when it comes to nothing.
  func statement(
    for change: Change, in batch: ChangeBatch, upserting: Bool, log: MissingRowLog
  ) -> PostgresStatement? {
    switch change.kind {
    case .truncate: return nil
    case .insert:
      let new = values(change.new, batch)
      return upserting && !isKeyless ? upsertStatement(new) : insertStatement(new)
    case .delete: return deleteStatement(values(change.old, batch), log: log)
    case .update:
      let new = values(change.new, batch)
      let sent = relation.columns.indices.filter { !batch.fields[Int(change.new) + $0].isUnchanged }
      let old = change.old >= 0 ? values(change.old, batch) : new
      let changesKey = change.old >= 0 && key.contains { old[$0] != new[$0] && sent.contains($0) }
      return updateStatement(new, sent: sent, old: old, changesKey: changesKey || isKeyless, log: log)
    }
  }

  private func values(_ first: Int32, _ batch: ChangeBatch) -> [String?] {
    relation.columns.indices.map { batch.text(Int(first) + $0) }
  }
}
