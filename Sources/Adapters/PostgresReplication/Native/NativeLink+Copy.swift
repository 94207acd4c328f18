import Operations
import PostgresAdapter

extension NativeLink {
  /// Copies through the subscription: the target's server fetches the tables that it does not have.
  ///
  /// - Throws: ``LinkFailure``; `CancellationError`.
  func copy(_ report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    let tables = try await beginCopy(report)
    var copied: Set<String> = []
    var failures: Int?
    var pulse = SubscriptionPulse(settings: settings)
    while true {
      let subscription = try await atTarget("watching the copy") { target in
        try await Subscription.require(settings, on: target)
      }
      try pulse.judge(subscription, at: .now)
      let known = failures ?? subscription.copyErrors
      failures = known
      guard subscription.copyErrors < known + 3 else {
        throw LinkFailure.unreachable(
          "the target's server failed \(subscription.copyErrors - known) times to copy a table; its log says why")
      }
      let states = subscription.tables.filter { tables[$0.key] != nil }
      for name in states.keys.sorted() where states[name]?.state == .streaming && copied.insert(name).inserted {
        await report(.copied(table: name))
      }
      let open = tables.keys.sorted().filter { !copied.contains($0) }
      guard !open.isEmpty else { break }
      for name in open where (states[name]?.bytesCopied ?? 0) > 0 {
        await report(
          .copying(
            table: name, bytesDone: min(tables[name] ?? 0, states[name]?.bytesCopied ?? 0),
            bytesTotal: tables[name] ?? 0, tablesDone: copied.count, tablesTotal: tables.count))
      }
      try await Task.sleep(for: Self.tick)
    }
    try await endCopy(tables.keys.sorted(), report)
  }

  // MARK: - Before

  /// Has the subscription copy what it is to copy, and only that.
  ///
  /// It copies what it is told of at once, into whatever is there: a table is emptied first, and noted down as asked for
  /// before it can be. A crash in between leaves it as one that was never asked for, or as one that is out of the
  /// publication or the subscription, and each of them is begun again.
  ///
  /// - Returns: tables that the target does not have yet, with their sizes.
  private nonisolated func beginCopy(
    _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws -> [String: UInt64] {
    try await Sides.with(settings, purpose: "copy") { sides in
      try await LinkFailure.naming("copying the link \(settings.directionName)") {
        let view = try await LinkTables.read(settings, sides)
        let subscription = try await Subscription.require(settings, on: sides.target)
        let plan = CopyPlan(view, subscription)
        try await mark(plan.first, asked: true, sides)
        // One that is out of the publication for a moment must not be taken for one that somebody else took out.
        try await mark(plan.anew.filter { view.records[$0.name]?.state == .streaming }, asked: false, sides)
        if !plan.stale.isEmpty { try await forget(plan, sides) }
        if !plan.stale.isEmpty || !plan.ours.isEmpty { try await empty(plan, view, sides.target) }
        // Left over from another mode. What is applied is looked for by its key.
        let indexes = try await Rebuild(settings: settings).pending(on: sides.target).filter { $0.kind == .index }
        try await Rebuild(settings: settings).perform(indexes, report)
        try await mark(plan.anew, asked: true, sides)
        _ = try await Publication.bringInStep(settings, for: plan.carried, on: sides.source)
        try await enable(sides.target)
        if !plan.anew.isEmpty || subscription.tables.count != plan.carried.count { try await refresh(sides.target) }
        return Dictionary(plan.open.map { ($0.name, $0.shape.bytes) }) { first, _ in first }
      }
    }
  }

  /// Notes down what the tables hold as a copy that is under way.
  ///
  /// - Parameter asked: whether the subscription is asked for it from now on.
  private nonisolated func mark(_ tables: [ScopedTable], asked: Bool, _ sides: Sides) async throws {
    guard !tables.isEmpty else { return }
    let position = asked ? try await AppliedWait.position(sides.source, timeout: .seconds(10)) : nil
    for table in tables {
      try await LinkTableRecord.set(
        .copying, of: table.name, link: settings.directionName, ready: position, on: sides.target)
    }
  }

  /// Has the subscription forget what it knows of tables that are copied anew. Meanwhile it is told of no other.
  private nonisolated func forget(_ plan: CopyPlan, _ sides: Sides) async throws {
    _ = try await Publication.bringInStep(settings, for: plan.kept + plan.first, on: sides.source)
    try await enable(sides.target)
    try await refresh(sides.target)
    let known = try await Subscription.require(settings, on: sides.target).tables
    guard let table = plan.stale.first(where: { known[$0.name] != nil }) else { return }
    let publications = settings.publications.map(SQLText.identifier).joined(separator: ", ")
    throw LinkFailure.blocked(
      "the subscription goes on with \(table.name), which none of the link's publications has: it was given others; "
        + "ALTER SUBSCRIPTION \(text.name) SET PUBLICATION \(publications) at the target \(settings.targetNode)")
  }

  /// Throws away what is copied anew, while nothing is applied: a worker goes on with what it knew of a table when the
  /// subscription has forgotten it.
  private nonisolated func empty(_ plan: CopyPlan, _ view: LinkTables, _ target: PostgresConnection) async throws {
    try await disable(target)
    do {
      for table in plan.stale where view.records[table.name]?.state == .waiting {
        try await requireEmpty(table, view, target)
      }
      let names = plan.ours.compactMap { view.target[$0.name]?.quotedName }
      for name in names { try await Rebuild(settings: settings).takeAway(from: name, indexesToo: false, on: target) }
      guard !names.isEmpty else { return }
      try await target.execute("TRUNCATE \(names.joined(separator: ", "))", timeout: .seconds(60))
    } catch {
      // The other tables go on.
      _ = try? await enable(target)
      throw error
    }
  }

  /// It was empty when the link was prepared, and the subscription may have written it since.
  private nonisolated func requireEmpty(
    _ table: ScopedTable, _ view: LinkTables, _ target: PostgresConnection
  ) async throws {
    guard let shape = view.target[table.name] else { return }
    let holds = try await target.query("SELECT FROM \(shape.quotedName) LIMIT 1", timeout: .seconds(60))
    guard holds.isEmpty else { throw LinkFailure.blocked(Baseline.occupied(shape, settings)) }
  }

  private nonisolated func refresh(_ target: PostgresConnection) async throws {
    try await target.query("ALTER SUBSCRIPTION \(text.name) REFRESH PUBLICATION", timeout: .seconds(60))
  }

  // MARK: - After

  private nonisolated func endCopy(
    _ tables: [String], _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    let position = try await appliedPosition()
    let pending = try await chores.ask(settings.target) { target in
      for name in tables {
        try await LinkTableRecord.set(
          .streaming, of: name, link: settings.directionName, ready: position, on: target)
      }
      return try await Rebuild(settings: settings).pending(on: target)
    }
    try await LinkFailure.naming("making again what the copy had taken away") {
      try await Rebuild(settings: settings).perform(pending, report)
    }
  }
}
