import Operations

/// The work of one baseline: what is still to be done, handed out to the workers, and how far it has come.
actor CopyDesk {
  enum Work: Sendable {
    case copy(CopyRange, binary: Bool)
    /// All of a table's rows are at the target.
    case finish(table: String)
    /// Indexes are made again.
    case rebuild(RebuildStep)
  }

  private var ranges: [CopyRange]
  private var ready: [Work] = []
  private var openRanges: [String: Int] = [:]
  private var trials: [String: FormatTrial]
  private var underWay = 0
  private var isStopped = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var rebuilding: [String] = []
  private var tablesDone = 0
  private let tablesTotal: Int
  private var bytesDone: [String: UInt64] = [:]
  private let bytesTotal: [String: UInt64]
  private var reportedAt: ContinuousClock.Instant?
  private let report: @Sendable (LinkReport) async -> Void

  private static let reportEvery: Duration = .milliseconds(250)

  init(
    ranges: [CopyRange], trials: [String: FormatTrial], report: @escaping @Sendable (LinkReport) async -> Void
  ) {
    // The largest first, or the end is one worker with one large range.
    let sizes = ranges.reduce(into: [String: UInt64]()) { $0[$1.table, default: 0] += $1.bytes }
    self.ranges = ranges.enumerated().sorted { left, right in
      let sizes = (sizes[left.element.table] ?? 0, sizes[right.element.table] ?? 0)
      return sizes.0 == sizes.1 ? left.offset < right.offset : sizes.0 > sizes.1
    }.map(\.element)
    for range in ranges { openRanges[range.table, default: 0] += 1 }
    self.trials = trials
    self.report = report
    tablesTotal = openRanges.count
    bytesTotal = sizes
  }

  /// Waits while others may still bring up work; nil when there will be none.
  func next() async -> Work? {
    while !isStopped {
      if let work = take() {
        underWay += 1
        return work
      }
      if underWay == 0 { break }
      await withCheckedContinuation { waiting.append($0) }
    }
    return nil
  }

  /// What was handed out has been dealt with.
  func done() {
    underWay -= 1
    wake()
  }

  /// Nothing more is handed out: someone has failed.
  func stop() {
    isStopped = true
    wake()
  }

  private func wake() {
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  private func take() -> Work? {
    if !ready.isEmpty { return ready.removeFirst() }
    guard !ranges.isEmpty else { return nil }
    let range = ranges.removeFirst()
    return .copy(range, binary: trials[range.table]?.next() ?? false)
  }

  func refuseBinary(_ table: String) { trials[table]?.refuseBinary() }

  /// Bytes of a range that have come over since the last call, as a share of the table's size on disk.
  func advanced(_ range: CopyRange, by bytes: UInt64) async {
    bytesDone[range.table, default: 0] += bytes
    guard reportedAt.map({ ContinuousClock.now - $0 >= Self.reportEvery }) ?? true else { return }
    reportedAt = .now
    await report(copying(range.table))
  }

  private func copying(_ table: String) -> LinkReport {
    let total = bytesTotal[table] ?? 0
    return .copying(
      table: table, bytesDone: min(bytesDone[table] ?? 0, total), bytesTotal: total, tablesDone: tablesDone,
      tablesTotal: tablesTotal)
  }

  func copied(_ range: CopyRange, binary: Bool, seconds: Double) {
    trials[range.table]?.record(binary: binary, seconds: seconds, bytes: range.bytes)
    openRanges[range.table, default: 1] -= 1
    if openRanges[range.table] == 0 { ready.append(.finish(table: range.table)) }
  }

  func began(_ step: RebuildStep) async {
    rebuilding.append(step.name)
    await report(.rebuilding(rebuilding))
  }

  func ended(_ step: RebuildStep) async {
    if let index = rebuilding.firstIndex(of: step.name) { rebuilding.remove(at: index) }
    await report(.rebuilding(rebuilding))
  }

  /// - Parameter steps: what is to be made again for the table now.
  func finished(_ table: String, steps: [RebuildStep]) async {
    tablesDone += 1
    ready += steps.map { .rebuild($0) }
    bytesDone[table] = bytesTotal[table]
    await report(copying(table))
    await report(.copied(table: table))
  }
}
