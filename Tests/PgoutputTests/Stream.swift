import Operations
import PgoutputTestSupport
import PostgresAdapter
import Testing

@testable import PostgresReplication

extension BatchAssembler {
  /// Takes messages one by one, as they might arrive.
  mutating func take(_ messages: [UInt8]...) throws { try take(RecordedStream(messages).delivered) }

  /// The next batch, which must be there.
  mutating func given(partial: Bool = false) throws -> ChangeBatch {
    let batch = next(partial: partial)
    return try #require(batch)
  }

  /// Takes all that is ready, and with `partial` what is not.
  mutating func drain(partial: Bool = false) -> [ChangeBatch] {
    var batches: [ChangeBatch] = []
    while let batch = next(partial: partial) { batches.append(batch) }
    return batches
  }
}

extension ChangeBatch {
  /// The changes as text, `+` for what is new and `-` for what is old.
  var lines: [String] {
    changes.map { change in
      guard let relation = relations[change.relation] else { return "\(change.kind) of an unknown table" }
      let row = { (first: Int32) in
        (Int(first)..<Int(first) + relation.columns.count).map { index in
          fields[index].isUnchanged ? "unchanged" : self.text(index) ?? "NULL"
        }.joined(separator: ",")
      }
      let old = change.old < 0 ? "" : (change.isOldWhole ? " -whole " : " -") + row(change.old)
      let new = change.new < 0 ? "" : " +" + row(change.new)
      let columns = relation.columns.map(\.name).joined(separator: ",")
      return "\(change.kind) \(relation.name)(\(columns))\(old)\(new)"
    }
  }

  /// Where it ends and whether it goes on.
  var summary: String {
    "\(changes.count) changes, \(transactions) ended, to \(end.map { "\($0)" } ?? "nowhere")\(isOpen ? ", goes on" : "")"
  }
}
