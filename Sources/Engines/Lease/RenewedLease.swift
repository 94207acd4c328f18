import Operations
import Synchronization

/// A lease that is held, and renewed by a task of its own until it is given back, lost, or let go of.
final class RenewedLease: HeldLease {
  private let ticket: LeaseTicket
  private let store: any LeaseStore
  private let now: @Sendable () -> Duration
  private let state: State
  private let renewal: Task<Void, Never>

  /// Shared with the task, which must not keep the lease itself: one that nobody holds is not renewed.
  private final class State: Sendable {
    let term: Mutex<LeaseTerm>

    init(_ term: LeaseTerm) { self.term = Mutex(term) }
  }

  init(
    ticket: LeaseTicket, term: LeaseTerm, store: any LeaseStore, clock: any Clock<Duration>,
    now: @escaping @Sendable () -> Duration
  ) {
    let state = State(term)
    self.ticket = ticket
    self.store = store
    self.now = now
    self.state = state
    renewal = Task { await Self.keep(ticket, state, store, clock, now) }
  }

  deinit { renewal.cancel() }

  var fence: Generation? { ticket.fence }

  var stands: Bool { loss == nil }

  func recheck() async -> String? {
    // Who did not answer the last time would only hold the mutation up; the term decides then.
    guard state.term.withLock({ $0.failure }) == nil, stands else { return loss }
    do {
      if try await !store.check(ticket) { state.term.withLock { $0.lose(Self.gone(from: store)) } }
    } catch {
      state.term.withLock { $0.renewalFailed("\(error)") }
    }
    return loss
  }

  func word() async throws -> String? { try await told { try await store.word() } }

  func leave(_ word: String?) async throws {
    if let loss { throw HostError.failed(loss) }
    try await told { try await store.leave(word, ticket) }
  }

  private func told<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    do {
      return try await body()
    } catch let error as CancellationError {
      throw error
    } catch let error as HostError {
      throw error
    } catch {
      throw HostError.failed("\(error)")
    }
  }

  func release() async {
    renewal.cancel()
    await renewal.value
    let wasStanding = stands
    state.term.withLock { $0.lose("the lease was given back") }
    // What fails here ends by itself, with the lease's time.
    try? await store.release(ticket, cleanly: wasStanding)
  }

  private var loss: String? {
    state.term.withLock { term in
      let reason = term.loss(at: now())
      // As it was found first.
      if let reason { term.lose(reason) }
      return reason
    }
  }

  private static func keep(
    _ ticket: LeaseTicket, _ state: State, _ store: any LeaseStore, _ clock: any Clock<Duration>,
    _ now: @Sendable () -> Duration
  ) async {
    while !Task.isCancelled {
      try? await clock.sleep(for: state.term.withLock { $0.interval })
      guard !Task.isCancelled, state.term.withLock({ $0.stands(at: now()) }) else { return }
      let askedAt = now()
      do {
        let isOurs = try await store.renew(ticket)
        state.term.withLock { term in
          if isOurs { term.renewed(askedAt: askedAt, at: now()) } else { term.lose(gone(from: store)) }
        }
      } catch {
        state.term.withLock { $0.renewalFailed("\(error)") }
      }
    }
  }

  private static func gone(from store: any LeaseStore) -> String {
    "the lease expired or was taken away, says \(store.name)"
  }
}
