public import Operations

extension ReplicationEngine: StepPerformer {
  public func perform(
    _ action: StepAction, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    guard case .sync(let action) = action else { throw HostError.failed("this step is not the replication engine's") }
    try await recall()
    switch action {
    case .pause(let link):
      let driver = try driver(of: link)
      try await driver.pause()
      return "nothing is applied any more" + (await driver.position).map { "; the target stands at \($0)" }.orEmpty
    case .resume(let link):
      try await driver(of: link).release()
      return "goes on"
    case .notePause(let link, let isPaused): return try await note(isPaused: isPaused, driver(of: link))
    case .drain(let link): return try await drain(driver(of: link), progress)
    case .confirmDrained(let link): return try await confirmDrained(driver(of: link))
    case .baseline(let link, let tables): return try await baseline(driver(of: link), tables, progress)
    case .verify(let link, let tables): return try await verify(driver(of: link), tables, progress)
    case .repair(let link, let tables): return try await repair(driver(of: link), tables, progress)
    case .advanceSequences(let link):
      let count = try await driver(of: link).port.advanceSequences()
      return "\(count) sequences set past the source's"
    case .advanceSequencesAlone(let link):
      let count = try await driver(of: link).port.advanceSequencesAlone()
      return "\(count) sequences set past what the rows have used"
    case .reverse(let link, let source): return try await reverse(link, from: source, progress)
    case .snapshot(let link):
      let driver = try driver(of: link)
      // A stream in snapshot mode begins with a snapshot.
      try await driver.holding {}
      return try await drain(driver, progress)
    case .reapply(let link, let conflict):
      try await driver(of: link).port.reapply(conflict: conflict)
      return "the discarded version of conflict \(conflict) stands"
    }
  }

  private func note(isPaused: Bool, _ driver: LinkDriver) async -> String {
    guard let reason = await driver.note(isPaused: isPaused) else { return "\(driver.link.target) has it in its books" }
    return "another host does not know of it until \(driver.link.target) can be told: \(reason)"
  }

  private func drain(_ driver: LinkDriver, _ progress: @Sendable (String) async -> Void) async throws -> String {
    let goal = try await driver.port.sourcePosition()
    var applied = LSN.zero
    try await wait(driver, progress) { driver in
      let durable = try await driver.port.appliedPosition()
      applied = max(durable, await driver.position ?? .zero)
      return applied >= goal ? nil : (goal.bytes(since: applied), "\(goal.bytes(since: applied)) bytes of log to go")
    }
    return "everything up to \(goal) is durable at \(driver.link.target)"
  }

  /// Who was to write no more may have gone on in a session of before, or have a transaction open.
  private func confirmDrained(_ driver: LinkDriver) async throws -> String {
    let left = try await driver.holding { try await driver.port.remains() }
    guard let left else {
      await driver.turnOnlyDrained()
      return "nothing is left at \(driver.link.source)"
    }
    throw HostError.failed("\(driver.link.id) is not turned: \(left)")
  }

  private func baseline(
    _ driver: LinkDriver, _ tables: [String], _ progress: @Sendable (String) async -> Void
  ) async throws -> String {
    let names = try await names(tables, on: driver)
    try await driver.holding {
      try await driver.port.discard(tables: names)
      await driver.discarded(names)
    }
    let now = wallClock
    try await wait(driver, progress) { driver in
      let snapshot = await driver.snapshot(at: now.now())
      let taken = snapshot.tables.filter { names.contains($0.name) }
      if let parked = taken.first(where: { $0.state == .parked || $0.state == .refused }) {
        throw HostError.failed("\(parked.name) was set aside: \(parked.reason ?? "no reason is known")")
      }
      if taken.allSatisfy({ $0.state == .streaming }), [.streaming, .catchingUp].contains(snapshot.state) {
        return nil
      }
      let done = snapshot.baseline.map { baseline in
        let making = baseline.rebuilding.isEmpty ? "" : ", making \(baseline.rebuilding.joined(separator: ", "))"
        return "\(baseline.tablesDone) of \(baseline.tablesTotal) tables, \(baseline.bytesDone) bytes\(making)"
      }
      return (UInt64.max - (snapshot.baseline?.bytesDone ?? 0), done ?? "begins")
    }
    return "\(names.count) \(names.count == 1 ? "table" : "tables") copied anew"
  }

  func verify(
    _ driver: LinkDriver, _ tables: [String], _ progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let names = try await names(tables, on: driver)
    let outcomes = try await driver.port.verify(tables: names, progress: progress)
    await driver.took(outcomes)
    let lacking = names.filter { outcomes[$0] == nil }
    guard lacking.isEmpty else {
      let list = lacking.joined(separator: ", ")
      throw HostError.failed("not compared, because \(driver.link.source) has them no more: \(list)")
    }
    let failed = outcomes.sorted { $0.key < $1.key }.compactMap { table, outcome in
      outcome.summary.failure.map { "\(table): \($0)" }
    }
    guard failed.isEmpty else { throw HostError.failed(failed.joined(separator: "; ")) }
    let unlike = outcomes.filter { $0.value.summary.differences > 0 }.sorted { $0.key < $1.key }
    let rows = outcomes.values.reduce(0) { $0 + $1.summary.rowsCompared }
    let moving = outcomes.sorted { $0.key < $1.key }.compactMap { table, outcome in
      outcome.summary.undecidedWords.map { "; \(table): \($0)" }
    }.joined()
    guard !unlike.isEmpty else {
      let verdict = moving.isEmpty ? "are equal" : "were compared, and no row differs that rests"
      return "\(rows) rows of \(outcomes.count) tables \(verdict)\(moving)"
    }
    let counts = unlike.map { table, outcome in
      let copy = SyncRequest.baseline(driver.link.id, tables: [table]).command
      return "\(table) \(outcome.summary.differencesWords)\(outcome.summary.endedEarly ? " (\(copy) copies all)" : "")"
    }
    return "rows differ: \(counts.joined(separator: ", "))\(moving)"
  }

  private func repair(
    _ driver: LinkDriver, _ tables: [String], _ progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let names = try await names(tables, on: driver)
    let known = await driver.differences
    // After a restart it is not known any more what the comparison had found.
    if names.contains(where: { known[$0] == nil }) { _ = try await verify(driver, names, progress) }
    let found = await driver.differences
    let differences = names.flatMap { found[$0] ?? [] }
    guard !differences.isEmpty else { return "no row differs any more" }
    let count = try await driver.port.repair(differences, progress: progress)
    await driver.forgetVerify(of: names)
    return Self.repaired(count, of: differences.count)
  }

  /// - Parameter differences: of rows without a key one may stand for many that are equal.
  static func repaired(_ rows: Int, of differences: Int) -> String {
    guard rows >= differences else { return "\(rows) of \(differences) rows were made equal; the others had become so" }
    return "\(rows) \(rows == 1 ? "row was" : "rows were") made equal"
  }

  /// The named tables, or all that are taken in.
  private func names(_ tables: [String], on driver: LinkDriver) async throws -> [String] {
    let known = try await driver.tables()
    for name in tables where known[name] == nil {
      throw HostError.invalidRequest("\(driver.link.id) has no table \(name)")
    }
    guard tables.isEmpty else { return tables }
    let taken = known.values.filter { $0.state != .refused }.map(\.name).sorted()
    guard !taken.isEmpty else { throw HostError.failed("\(driver.link.id) has no table yet: signalbox sync status") }
    return taken
  }

  /// How often a link may fail while it is waited for before only what moves it further counts.
  private static let failuresBorne = 4

  /// Waits until `check` answers nil.
  ///
  /// - Parameter check: how much there is to go, which must become less, and the same for a person.
  /// - Throws: when the link does nothing for longer than patience allows, is blocked or was paused.
  private func wait(
    _ first: LinkDriver, _ progress: @Sendable (String) async -> Void,
    until check: (LinkDriver) async throws -> (left: UInt64, detail: String)?
  ) async throws {
    // Where the lease goes and comes back meanwhile, another keeps the link going.
    var driver = first
    var least = UInt64.max
    var workReports = -1
    var failures: Set<Timestamp> = []
    var idle = Duration.zero
    while let (left, detail) = try await check(driver) {
      await progress(detail)
      let machine = await driver.machine
      if machine.state == .blocked || machine.state == .paused {
        let reasons = machine.reasons.isEmpty ? "" : ": " + machine.reasons.joined(separator: "; ")
        throw HostError.failed("\(driver.link.id) is \(machine.state.rawValue)\(reasons)")
      }
      // Neither the rows of one large transaction nor an index that is made move a position or bring bytes; but what
      // fails and begins anew must not count for ever, nor rows that a server counts whoever has written them.
      if machine.state == .retrying { failures.insert(machine.since) }
      let reports = driver.link.mode == .native ? workReports : await driver.workReports
      let isRebuilding = await driver.isRebuilding
      let works = failures.count < Self.failuresBorne && (reports != workReports || isRebuilding)
      idle = left < least || works ? .zero : idle + times.poll
      least = min(least, left)
      workReports = reports
      guard idle < times.patience else {
        let reasons = machine.reasons.isEmpty ? "" : ": " + machine.reasons.joined(separator: "; ")
        throw HostError.failed(
          "\(driver.link.id) has come no further for \(Int(times.patience.inSeconds)) s, \(detail)\(reasons)")
      }
      try await clock.sleep(for: times.poll)
      driver = try self.driver(of: first.link.id)
      guard driver.link == first.link else { throw HostError.failed("\(first.link.id) was turned round meanwhile") }
    }
  }
}

extension Optional where Wrapped == String {
  fileprivate var orEmpty: String { self ?? "" }
}
