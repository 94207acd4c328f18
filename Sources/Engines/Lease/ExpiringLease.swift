public import Operations

/// A lease that is kept at a third site and expires there unless it is renewed.
///
/// Whoever takes it over from a holder that vanished waits for the lock-delay first. Until then ``acquire(holder:)``
/// gives nil, and each call prolongs the claim: ask again, more often than every `ttl`.
public actor ExpiringLease: LeasePort {
  public nonisolated let name: String
  private let store: any LeaseStore
  private let settings: LeaseSettings
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Duration
  private var claim: Claim?
  private var isAsking = false

  /// The lease is ours, and not to be used yet.
  private struct Claim {
    var ticket: LeaseTicket
    var vanished: String
    /// On our clock.
    var usableAt: Duration
  }

  /// - Parameter clock: one that goes on while the machine sleeps, such as `ContinuousClock`.
  public init(store: any LeaseStore, settings: LeaseSettings, clock: any Clock<Duration>) {
    name = store.name
    self.store = store
    self.settings = settings
    self.clock = clock
    now = clock.stopwatch()
  }

  public func acquire(holder: String) async throws -> (any HeldLease)? {
    guard !isAsking else { return nil }
    isAsking = true
    defer { isAsking = false }
    do {
      if let claim { return try await take(up: claim) }
      return try await claim(for: holder)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw HostError.failed("\(error)")
    }
  }

  public func holder() async -> String? {
    if let claim {
      return "\(claim.vanished), who vanished; free in \(LeaseTerm.seconds(max(.zero, claim.usableAt - now())))"
    }
    return try? await store.holder()
  }

  private func claim(for holder: String) async throws -> (any HeldLease)? {
    let askedAt = now()
    guard case .taken(let ticket, let vanished) = try await store.claim(for: holder, lasting: settings.ttl) else {
      return nil
    }
    guard let vanished, settings.lockDelay > .zero else { return await hold(ticket, askedAt: askedAt) }
    claim = Claim(ticket: ticket, vanished: vanished, usableAt: now() + settings.lockDelay)
    return nil
  }

  /// Keeps a claim alive, and makes it a lease once the delay is over.
  private func take(up standing: Claim) async throws -> (any HeldLease)? {
    let askedAt = now()
    guard try await store.renew(standing.ticket) else {
      claim = nil
      return nil
    }
    guard now() >= standing.usableAt else { return nil }
    claim = nil
    return await hold(standing.ticket, askedAt: askedAt)
  }

  /// An answer that was too long on its way brings a lease that must not be trusted any more.
  private func hold(_ ticket: LeaseTicket, askedAt: Duration) async -> (any HeldLease)? {
    let term = LeaseTerm(settings: settings, askedAt: askedAt)
    guard term.stands(at: now()) else {
      try? await store.release(ticket, cleanly: false)
      return nil
    }
    return RenewedLease(ticket: ticket, term: term, store: store, clock: clock, now: now)
  }
}
