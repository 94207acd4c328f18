public import Operations
import PostgresAdapter

/// One direction of PostgreSQL's own replication: a subscription at the target, made, watched and taken down by us.
/// The target's server must reach the source's (``LinkSettings/nativeRoute``), and the role at the target must have the
/// right to make one.
///
/// The servers go on by themselves: ending ``stream(report:)`` only ends our watch, so that a host may stop, start and
/// fail without the data standing still. ``halt()`` disables the subscription, and the next stream enables it again.
/// Nothing of ours is applied with the data, so a lower generation is refused when the link is prepared, not later.
public actor NativeLink {
  public nonisolated let settings: LinkSettings
  nonisolated let chores: LinkChores
  nonisolated let text: SubscriptionText

  private static let tick: Duration = .milliseconds(500)

  public init(settings: LinkSettings) {
    self.settings = settings
    chores = LinkChores(settings: settings)
    text = SubscriptionText(settings: settings)
  }

  /// Lends a session at the target whose statements the server keeps out of its log.
  func atTarget<Value: Sendable>(
    _ doing: String, _ body: @Sendable (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    do {
      return try await chores.ask(settings.target) { target in
        for (name, value) in SubscriptionText.silence {
          // Not every role may; then the server's log is what it is.
          _ = try? await target.execute("SET \(name) = '\(value)'", timeout: .seconds(10))
        }
        do { return try await body(target) } catch let error as PostgresError { throw text.redacted(error) }
      }
    } catch LinkFailure.blocked(let reason) {
      throw LinkFailure.blocked("\(doing): \(reason)")
    }
  }

  /// Enables the subscription and tells how it fares until cancelled or broken. It goes on when this ends.
  ///
  /// - Throws: ``LinkFailure``; `CancellationError`.
  public nonisolated func stream(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    try await enable()
    try await Sides.with(settings, purpose: "watch") { sides in
      try await LinkFailure.naming("watching the link \(settings.directionName)") {
        var watch = NativeWatch(settings: settings)
        while true {
          await report(.applied(try await watch.look(sides)))
          try await Task.sleep(for: Self.tick)
        }
      }
    }
  }

  func enable() async throws {
    try await atTarget("enabling the subscription") { target in
      guard let subscription = try await Subscription.read(settings, on: target) else {
        throw LinkFailure.blocked("the link \(settings.directionName) was never prepared at the target")
      }
      guard !subscription.isEnabled else { return }
      try await target.query("ALTER SUBSCRIPTION \(text.name) ENABLE", timeout: .seconds(30))
    }
  }

  /// Copies through the subscription: the target's server fetches the tables that it does not have.
  func copy(_ report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    let tables = try await beginCopy()
    var copied: Set<String> = []
    var failures: Int?
    while true {
      let subscription = try await atTarget("watching the copy") { target in
        try await Subscription.read(settings, on: target)
      }
      guard let subscription else { throw LinkFailure.blocked("the subscription was dropped at the target") }
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
    try await endCopy(tables.keys.sorted())
  }

  /// - Returns: tables that the target does not have yet, with their sizes.
  private nonisolated func beginCopy() async throws -> [String: UInt64] {
    let view = try await Sides.with(settings, purpose: "copy") { sides in
      try await LinkFailure.naming("reading the tables") { try await LinkTables.read(settings, sides) }
    }
    return try await atTarget("copying") { target in
      guard let subscription = try await Subscription.read(settings, on: target) else {
        throw LinkFailure.blocked("the link \(settings.directionName) was never prepared at the target")
      }
      let published = view.scope.included.filter { view.parked[$0.name] == nil }
      let unknown = published.filter { subscription.tables[$0.name] == nil }
      // What is ours to throw away goes before it is copied again.
      let stale = unknown.filter { view.records[$0.name]?.state == .copying }.compactMap { view.target[$0.name] }
      if !stale.isEmpty {
        try await target.execute("TRUNCATE \(stale.map(\.quotedName).joined(separator: ", "))", timeout: .seconds(60))
      }
      for table in published where view.records[table.name]?.state == .waiting {
        try await LinkTableRecord.set(.copying, of: table.name, link: settings.directionName, on: target)
      }
      if !subscription.isEnabled {
        try await target.query("ALTER SUBSCRIPTION \(text.name) ENABLE", timeout: .seconds(30))
      }
      if !unknown.isEmpty || subscription.tables.count != published.count { try await refresh(target) }
      let open = published.filter {
        subscription.tables[$0.name]?.state != .streaming || view.records[$0.name]?.state != .streaming
      }
      return Dictionary(open.map { ($0.name, $0.shape.bytes) }) { first, _ in first }
    }
  }

  nonisolated func refresh(_ target: PostgresConnection) async throws {
    try await target.query("ALTER SUBSCRIPTION \(text.name) REFRESH PUBLICATION", timeout: .seconds(60))
  }

  private func endCopy(_ tables: [String]) async throws {
    let position = try await appliedPosition()
    try await chores.ask(settings.target) { target in
      for name in tables {
        try await LinkTableRecord.set(
          .streaming, of: name, link: settings.directionName, ready: position, on: target)
      }
    }
  }

  /// What the target has told the source to be durable.
  public func appliedPosition() async throws -> LSN {
    try await chores.ask(settings.source) { source in
      try await SourceSlot.read(settings.slotName, on: source)?.confirmed ?? .zero
    }
  }
}
