import Operations
import PostgresAdapter

/// Puts a stream's messages together to batches. Pure: it is fed what arrived and asked for what is ready.
///
/// Transactions that are durable at the target already, and those that came from the target in the first place, are
/// dropped here.
struct BatchAssembler: Sendable {
  /// Nothing that was committed before it is applied again.
  private let applied: LSN
  /// Changes of this table mark a transaction that was applied from the other side.
  private let marker: String?
  /// Two transactions must never be merged where conflicts are resolved by commit time.
  private let keepsTransactionsApart: Bool
  /// By table: changes committed before it are in the table already, or are not wanted. What is not named is dropped.
  private var ready: [String: LSN]

  private var relations: [UInt32: SourceRelation] = [:]
  private var readyByRelation: [UInt32: LSN] = [:]
  private var markers: Set<UInt32> = []
  private var batch = ChangeBatch()
  /// Batches to be given, from `given` on.
  private var closed: [ChangeBatch] = []
  private var given = 0
  private var closedSize = 0
  private var commit = LSN.zero
  private var openCommit: Timestamp?
  /// Commit time, at the target, of the newest of the target's transactions that the source has applied: what the
  /// source commits from here on was done in the knowledge of it.
  private(set) var seen: Timestamp?
  private var newlySeen: [Timestamp] = []
  private static let seenLimit = 200_000
  private var isInside = false
  private var isSkipping = false
  /// Whether the beginning of the open transaction has been handed on.
  private var isPartGiven = false
  /// What the batch held when the open transaction began.
  private var opening = Opening()

  /// End of the newest transaction that was seen, dropped ones included, and its commit time at the source.
  private(set) var received: LSN
  private(set) var receivedCommit: Timestamp?

  private struct Opening: Sendable {
    var bytes = 0
    var fields = 0
    var changes = 0
  }

  init(
    applied: LSN, ready: [String: LSN], marker: String? = nil, seen: Timestamp? = nil,
    keepsTransactionsApart: Bool = false
  ) {
    self.seen = seen
    self.applied = applied
    self.ready = ready
    self.marker = marker
    self.keepsTransactionsApart = keepsTransactionsApart
    received = applied
  }

  /// Whether there is something to apply: whole transactions, or a part that had to be closed.
  var isReady: Bool { given < closed.count || batch.end != nil }

  /// Whether everything that was received has been handed on.
  var isEmpty: Bool { !isReady && !isInside }

  /// Memory held, in bytes. What is dropped takes none, so whatever is held can be given.
  var size: Int { closedSize + batch.size }

  /// - Throws: ``PgoutputError``; nothing may be asked of the assembler then.
  mutating func take(_ messages: ReplicationMessages) throws(PgoutputError) {
    var failure: PgoutputError?
    messages.bytes.withUnsafeBytes { bytes in
      do throws(PgoutputError) {
        var begin = 0
        for end in messages.ends {
          try take(UnsafeRawBufferPointer(rebasing: bytes[begin..<end]))
          begin = end
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// What is ready to be applied, the oldest first.
  ///
  /// - Parameter partial: whether a part of a transaction that goes on may be given, because it is too large to be held.
  mutating func next(partial: Bool = false) -> ChangeBatch? {
    if given == closed.count {
      if batch.end != nil {
        close()
      } else if partial, !batch.changes.isEmpty {
        closePart()
      } else {
        return nil
      }
    }
    let next = closed[given]
    closed[given] = ChangeBatch()
    given += 1
    closedSize -= next.size
    if given == closed.count {
      closed.removeAll(keepingCapacity: true)
      given = 0
    }
    return next
  }

  // MARK: - Messages

  private mutating func take(_ bytes: UnsafeRawBufferPointer) throws(PgoutputError) {
    let before = batch.fields.count
    var reader = PgoutputReader(bytes, base: batch.bytes.count)
    let message = try reader.message(in: 0..<bytes.count, fields: &batch.fields)
    switch message {
    case .begin(let commit, let committedAt, _):
      try begin(commit)
      openCommit = committedAt
    case .commit(let commit, let end, let committedAt): try conclude(commit, end, committedAt)
    case .relation(let relation): take(relation)
    case .origin, .type, .logical: break
    case .insert(let relation, let new): try row(.insert, relation, nil, new, bytes, before)
    case .update(let relation, let old, let new): try row(.update, relation, old, new, bytes, before)
    case .delete(let relation, let old): try row(.delete, relation, old, nil, bytes, before)
    case .truncate(let relations, _, _):
      for relation in relations {
        guard self.relations[relation] != nil else { throw fault("a table was emptied that was never described") }
        _ = try add(Change(kind: .truncate, relation: relation, old: -1, new: -1, isOldWhole: false), bytes)
      }
    }
  }

  private mutating func begin(_ commit: LSN) throws(PgoutputError) {
    guard !isInside else { throw fault("a transaction began inside another") }
    if keepsTransactionsApart, batch.end != nil { close() }
    opening = Opening(bytes: batch.bytes.count, fields: batch.fields.count, changes: batch.changes.count)
    isInside = true
    isPartGiven = false
    isSkipping = commit < applied
    self.commit = commit
  }

  private mutating func conclude(_ commit: LSN, _ end: LSN, _ committedAt: Timestamp) throws(PgoutputError) {
    guard isInside, commit == self.commit else { throw fault("a transaction ended that never began") }
    if !isSkipping {
      batch.end = end
      batch.committedAt = committedAt
      batch.transactions += 1
    }
    isInside = false
    isSkipping = false
    received = max(received, end)
    receivedCommit = committedAt
  }

  /// - Parameter before: fields that were there before the row's.
  private mutating func row(
    _ kind: Change.Kind, _ relation: UInt32, _ old: PgoutputTuple?, _ new: PgoutputTuple?,
    _ bytes: UnsafeRawBufferPointer, _ before: Int
  ) throws(PgoutputError) {
    // Whoever applies the change reads as many fields as the table has columns.
    guard let columns = relations[relation]?.columns.count else { throw fault("a change of a table never described") }
    for tuple in [old, new] {
      guard let tuple, tuple.fields.count != columns else { continue }
      throw fault("a row of \(tuple.fields.count) values in a table of \(columns) columns")
    }
    let change = Change(
      kind: kind, relation: relation, old: old.map { Int32($0.fields.lowerBound) } ?? -1,
      new: new.map { Int32($0.fields.lowerBound) } ?? -1, isOldWhole: old?.kind == .old)
    if try add(change, bytes) {
      batch.bytes.append(contentsOf: bytes)
    } else {
      batch.fields.removeLast(max(0, batch.fields.count - before))
    }
  }

  /// - Returns: whether the change is wanted.
  private mutating func add(_ change: Change, _ bytes: UnsafeRawBufferPointer) throws(PgoutputError) -> Bool {
    guard isInside else { throw fault("a change outside any transaction") }
    if markers.contains(change.relation) {
      note(change, bytes)
      drop()
    }
    guard !isSkipping, commit >= readyByRelation[change.relation] ?? Self.never else { return false }
    batch.changes.append(change)
    return true
  }

  /// The mark tells which of the target's transactions the source has applied.
  ///
  /// - Parameter bytes: of the change's message, which stands behind the batch's own.
  private mutating func note(_ mark: Change, _ bytes: UnsafeRawBufferPointer) {
    guard mark.kind == .insert,
      let column = relations[mark.relation]?.columns.firstIndex(where: { $0.name == "committed_at" })
    else { return }
    let field = batch.fields[Int(mark.new) + column]
    let start = field.offset - batch.bytes.count
    guard field.length > 0, start >= 0, start + field.length <= bytes.count,
      let time = Timestamp(postgresText: String(decoding: bytes[start..<start + field.length], as: UTF8.self))
    else { return }
    seen = max(seen ?? time, time)
    newlySeen.append(time)
    // While nothing but marks arrives, the oldest are taken for known by their age.
    if newlySeen.count > Self.seenLimit { newlySeen.removeFirst(Self.seenLimit / 2) }
  }

  /// Drops the open transaction, unless a part of it has been handed on: it is applied whole or not at all. The mark
  /// comes first in its transaction, so that this is told before anything is handed on.
  private mutating func drop() {
    guard !isSkipping, !isPartGiven else { return }
    isSkipping = true
    batch.bytes.removeLast(batch.bytes.count - opening.bytes)
    batch.fields.removeLast(batch.fields.count - opening.fields)
    batch.changes.removeLast(batch.changes.count - opening.changes)
  }

  private mutating func take(_ relation: SourceRelation) {
    // What was described differently must be applied as it was described.
    if let known = relations[relation.oid], known != relation, !batch.changes.isEmpty {
      if batch.end != nil { close() }
      if !batch.changes.isEmpty { closePart() }
    }
    relations[relation.oid] = relation
    readyByRelation[relation.oid] = ready[relation.name] ?? Self.never
    if relation.name == marker { markers.insert(relation.oid) } else { markers.remove(relation.oid) }
  }

  /// No change comes so late.
  private static let never = LSN(.max)

  private func fault(_ message: String) -> PgoutputError { PgoutputError(message: message, offset: 0) }

  // MARK: - Closing

  /// Closes the batch behind its last whole transaction; what has arrived of an open one begins the next batch.
  private mutating func close() {
    let rest = isInside ? tail() : ChangeBatch()
    giveOut()
    batch = rest
  }

  /// Closes the batch in the middle of a transaction.
  private mutating func closePart() {
    batch.isOpen = true
    batch.committedAt = openCommit
    isPartGiven = true
    giveOut()
  }

  private mutating func giveOut() {
    batch.relations = relations
    batch.seen = seen
    batch.newlySeen = newlySeen
    newlySeen = []
    batch.truncates = batch.changes.contains { $0.kind == .truncate }
    closed.append(batch)
    closedSize += batch.size
    batch = ChangeBatch()
    opening = Opening()
  }

  /// Takes the open transaction out of the batch.
  private mutating func tail() -> ChangeBatch {
    var rest = ChangeBatch()
    rest.bytes = Array(batch.bytes[opening.bytes...])
    rest.fields = batch.fields[opening.fields...].map { field in
      field.length < 0 ? field : PgoutputField(offset: field.offset - opening.bytes, length: field.length)
    }
    rest.changes = batch.changes[opening.changes...].map { change in
      var change = change
      if change.old >= 0 { change.old -= Int32(opening.fields) }
      if change.new >= 0 { change.new -= Int32(opening.fields) }
      return change
    }
    batch.bytes.removeLast(batch.bytes.count - opening.bytes)
    batch.fields.removeLast(batch.fields.count - opening.fields)
    batch.changes.removeLast(batch.changes.count - opening.changes)
    return rest
  }
}
