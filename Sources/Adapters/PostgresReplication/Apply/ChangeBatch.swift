import Operations

/// Changes to be applied together: whole transactions, or a part of one that is too large to be held.
struct ChangeBatch: Sendable {
  /// The text of all values.
  var bytes: [UInt8] = []
  var fields: [PgoutputField] = []
  var changes: [Change] = []
  /// The tables as they were described when the changes were made.
  var relations: [UInt32: SourceRelation] = [:]
  /// Where the log goes on after the last transaction that ends in this batch; nil when none does.
  var end: LSN?
  /// Commit time of that transaction at the source.
  var committedAt: Timestamp?
  /// Commit time, at the target, of the newest of the target's transactions that the source knew of.
  var seen: Timestamp?
  /// Commit times of those that it has come to know of since the batch before.
  var newlySeen: [Timestamp] = []
  /// Transactions that end in this batch.
  var transactions = 0
  /// Whether the last change belongs to a transaction that goes on in the next batch.
  var isOpen = false
  /// Whether tables were emptied.
  var truncates = false

  /// Memory that the batch holds, in bytes.
  var size: Int {
    bytes.count + fields.count * MemoryLayout<PgoutputField>.stride + changes.count * MemoryLayout<Change>.stride
  }

  /// How many changes each table has.
  func changesByRelation() -> [UInt32: Int] {
    var counts: [UInt32: Int] = [:]
    // Changes of one table mostly follow each other, and there are many.
    var first = 0
    while first < changes.count {
      let relation = changes[first].relation
      let end = changes[first...].firstIndex { $0.relation != relation } ?? changes.count
      counts[relation, default: 0] += end - first
      first = end
    }
    return counts
  }

  func text(_ field: PgoutputField) -> String {
    String(decoding: bytes[field.offset..<field.offset + field.length], as: UTF8.self)
  }

  /// Nil for SQL's null.
  func text(_ index: Int) -> String? {
    let field = fields[index]
    return field.length < 0 ? nil : text(field)
  }
}
