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

  static let tick: Duration = .milliseconds(500)

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
      guard try await !Subscription.require(settings, on: target).isEnabled else { return }
      try await enable(target)
    }
  }

  nonisolated func enable(_ target: PostgresConnection) async throws {
    try await target.query("ALTER SUBSCRIPTION \(text.name) ENABLE", timeout: .seconds(30))
  }

  /// Returns when the worker has ended.
  nonisolated func disable(_ target: PostgresConnection) async throws {
    try await target.query("ALTER SUBSCRIPTION \(text.name) DISABLE", timeout: .seconds(30))
    let deadline = ContinuousClock.now + .seconds(30)
    while try await Subscription.read(settings, on: target)?.isWorking == true {
      guard .now < deadline else {
        throw LinkFailure.unreachable("the subscription is disabled, and its worker has not ended after 30 s")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// What the target has told the source to be durable.
  public func appliedPosition() async throws -> LSN {
    try await chores.ask(settings.source) { source in
      try await SourceSlot.read(settings.slotName, on: source)?.confirmed ?? .zero
    }
  }
}
