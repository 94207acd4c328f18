import Operations
import PostgresAdapter

/// Where receiving and applying meet: what arrives is put together here while the batch before is being applied. Its
/// size is bounded; beyond it the receiver waits, and with it the source.
actor StreamDesk {
  enum Work: Sendable {
    case apply(ChangeBatch)
    /// There was nothing to apply.
    case store(Passed)
  }

  /// A part of the log in which there was nothing to apply.
  struct Passed: Sendable, Equatable {
    var position: LSN
    /// As ``ChangeBatch/seen``.
    var seen: Timestamp?
    /// Commit time, at the source, of the newest transaction in it.
    var committedAt: Timestamp?
  }

  private var assembler: BatchAssembler
  private var waitingApplier: CheckedContinuation<Void, Never>?
  private var waitingReceiver: CheckedContinuation<Void, Never>?
  private var waitingForRest: CheckedContinuation<Void, Never>?
  private var waitingAhead: CheckedContinuation<Void, Never>?
  /// The next to be applied, taken out while another was being applied.
  private var held: ChangeBatch?
  private(set) var isApplying = false
  /// Sending what is being applied still takes this program's time.
  private var isSending = false
  /// Nothing more comes for a while.
  private var isLull = false
  private var isClosed = false
  private var hasGivenUp = false

  private(set) var walEnd: LSN
  private var keepaliveEnd: LSN
  private var serverClock: Timestamp?
  /// What is durable at the target.
  private(set) var durable: LSN
  private var durableAt = ContinuousClock.now
  private let durableEvery: Duration
  private let idleEvery: Duration?
  private var storedAt = ContinuousClock.now
  private var appliedCommit: Timestamp?
  private var transactions = 0
  private var rows: [String: Int] = [:]
  private(set) var wantsReply = false

  /// Memory for what has arrived and is not being applied.
  static let limit = 6 * 1024 * 1024
  /// Log without anything to apply, after which progress is stored all the same: the slot keeps no more than that.
  static let idleLog: UInt64 = 16 * 1024 * 1024

  /// - Parameters:
  ///   - durableEvery: between two commits that wait for the target's disk, while one batch follows the other.
  ///   - idleEvery: after which progress is stored though there was nothing to apply, however little log that was; nil
  ///     where nobody but this link asks how far it is.
  init(
    assembler: BatchAssembler, position: LSN, committedAt: Timestamp?, durableEvery: Duration = .milliseconds(250),
    idleEvery: Duration? = nil
  ) {
    self.idleEvery = idleEvery
    self.assembler = assembler
    self.durableEvery = durableEvery
    walEnd = position
    keepaliveEnd = position
    durable = position
    appliedCommit = committedAt
  }

  // MARK: - The receiver's side

  /// Takes what has arrived; returns when there is room for more.
  func put(_ messages: ReplicationMessages) async throws {
    if let end = messages.walEnd { walEnd = max(walEnd, end) }
    if let end = messages.keepaliveEnd { keepaliveEnd = max(keepaliveEnd, end) }
    serverClock = messages.serverClock ?? serverClock
    wantsReply = wantsReply || messages.wantsReply
    try assembler.take(messages)
    if !messages.isEmpty { isLull = false }
    if hasWork { wakeApplier() }
    if assembler.size >= Self.limit { wakeAhead() }
    while assembler.size >= Self.limit, !isClosed {
      await withCheckedContinuation { waitingReceiver = $0 }
    }
  }

  /// Nothing more comes for a while: what is there can be worked out as it is.
  func lull() {
    isLull = true
    wakeAhead()
  }

  /// End of the newest transaction that was taken; the stream's beginning before the first.
  var received: LSN { assembler.received }

  /// Returns once everything that was taken is durable at the target, or the stream is over. Nothing may be put
  /// meanwhile.
  func rest() async {
    while !isClosed, isApplying || held != nil || !assembler.isEmpty || hasWork {
      await withCheckedContinuation { waitingForRest = $0 }
    }
  }

  /// Lets everybody go who waits.
  func close() {
    isClosed = true
    wakeApplier()
    wakeAhead()
    wakeReceiver()
    rested()
  }

  // MARK: - The applier's side

  /// The next thing to do; waits for it. Nil when the stream is over.
  func next() async -> Work? {
    isApplying = false
    while !isClosed {
      if let batch = held ?? assembler.next(partial: assembler.size >= Self.limit) {
        held = nil
        isApplying = true
        isSending = true
        wakeReceiver()
        return .apply(batch)
      }
      if let idle = idleDue {
        isApplying = true
        return .store(Passed(position: idle, seen: assembler.seen, committedAt: assembler.receivedCommit))
      }
      rested()
      await withCheckedContinuation { waitingApplier = $0 }
    }
    return nil
  }

  /// From here on the target's server has more to do with what is being applied than this program.
  func sent() {
    isSending = false
    wakeAhead()
  }

  /// What ``next()`` will give, while something is being applied: so that it can be worked out meanwhile. Waits until
  /// the target has that, and as much has come as may come, or comes for now; nil when the applying has ended before.
  func ahead() async -> ChangeBatch? {
    while isApplying, !isClosed, !hasGivenUp {
      if mayLookAhead, let batch = assembler.next(partial: assembler.size >= Self.limit) {
        held = batch
        wakeReceiver()
        return batch
      }
      await withCheckedContinuation { waitingAhead = $0 }
    }
    return nil
  }

  /// What is still on its way to the target has this program's time, and more may yet belong to what has come.
  var mayLookAhead: Bool { !isSending && (isLull || assembler.size >= Self.limit) }

  /// What was being applied could not be. It still counts as under way, so that nobody takes it for dealt with.
  func gaveUp() {
    hasGivenUp = true
    wakeAhead()
  }

  /// Whether the commit of what is being applied need not wait for the target's disk, because another follows: until
  /// one has waited, the source keeps the log of all of them.
  var mayBecomeDurableLater: Bool {
    // A part of a large transaction may be far from its commit.
    guard let held, !held.isOpen, held.end != nil else { return false }
    return ContinuousClock.now - durableAt < durableEvery
  }

  func applied(_ batch: ChangeBatch, _ outcome: AppliedBatch = AppliedBatch()) {
    isApplying = false
    wakeAhead()
    rows.merge(outcome.rows, uniquingKeysWith: +)
    transactions += batch.transactions
    guard outcome.isDurable, !batch.isOpen, let end = batch.end else { return }
    durable = max(durable, end)
    durableAt = .now
    storedAt = durableAt
    appliedCommit = batch.committedAt ?? appliedCommit
  }

  func stored(_ position: LSN) {
    durable = max(durable, position)
    storedAt = .now
  }

  // MARK: - The reporter's side

  /// Whether the source has told its clock, as each of its messages does.
  var hasHeard: Bool { serverClock != nil }

  /// To be called now and then: what was not due when it came may be by now.
  func tick() {
    if hasWork { wakeApplier() }
  }

  /// How far things are; what was counted since the last report begins anew.
  func progress() -> LinkProgress {
    defer {
      transactions = 0
      rows = [:]
    }
    let idle = idlePosition
    return LinkProgress(
      sourcePosition: walEnd, received: max(assembler.received, idle ?? .zero), applied: max(durable, idle ?? .zero),
      receivedCommit: assembler.receivedCommit ?? appliedCommit, appliedCommit: appliedCommit,
      sourceClock: serverClock, transactions: transactions, rows: rows)
  }

  /// What to tell the source: where the stream has been received and where it is durable.
  func acknowledgement() -> (received: LSN, flushed: LSN) {
    wantsReply = false
    return (max(walEnd, durable), durable)
  }

  private var hasWork: Bool {
    assembler.isReady || assembler.size >= Self.limit || idleDue != nil
  }

  /// What is to be stored though there was nothing to apply.
  private var idleDue: LSN? {
    guard let idle = idlePosition, idle > durable else { return nil }
    let isDue = idle.bytes(since: durable) >= Self.idleLog || idleEvery.map { .now - storedAt >= $0 } ?? false
    return isDue ? idle : nil
  }

  /// Everything before it has been dealt with, because nothing is under way; nil while something is.
  private var idlePosition: LSN? {
    assembler.isEmpty && held == nil && !isApplying ? max(keepaliveEnd, assembler.received) : nil
  }

  private func rested() {
    waitingForRest?.resume()
    waitingForRest = nil
  }

  private func wakeReceiver() {
    waitingReceiver?.resume()
    waitingReceiver = nil
  }

  private func wakeAhead() {
    waitingAhead?.resume()
    waitingAhead = nil
  }

  private func wakeApplier() {
    waitingApplier?.resume()
    waitingApplier = nil
  }
}
