public import Operations
import Synchronization

/// The third site of a lease, in memory and on a clock of its own. Each controller reaches it over a line of its own.
public final class SimulatedLeaseSite: Sendable {
  /// What a line does to the requests on it.
  public enum Fault: Sendable, Equatable {
    /// Nothing arrives; told at once.
    case cut
    /// Nothing arrives; told after the time that a request may take.
    case silent(timeout: Duration)
    /// Requests take effect, and their answers get lost.
    case losesAnswers
    /// Requests take effect, and their answers come so much later.
    case slow(Duration)
    /// Any of `cut`, `losesAnswers` and `slow`, for this share of the requests.
    case chance(Double, slow: Duration)
  }

  private struct Entry {
    var ticket: LeaseTicket
    var holder: String
    var ttl: Duration
    var expiresAt: Duration
  }

  private struct State {
    var entry: Entry?
    /// Who took the lease last and did not give it back.
    var holding: String?
    var word: String?
    var revision: UInt64 = 1
    var faults: [String: Fault] = [:]
    var generator: SeededGenerator
  }

  private let state: Mutex<State>
  let clock: any Clock<Duration>
  private let now: @Sendable () -> Duration

  public init(clock: any Clock<Duration>, seed: UInt64 = 1) {
    state = Mutex(State(generator: SeededGenerator(seed: seed)))
    self.clock = clock
    now = clock.stopwatch()
  }

  /// How `controller` reaches this site.
  public func line(of controller: String) -> SimulatedLease { SimulatedLease(site: self, controller: controller) }

  public func inject(_ fault: Fault?, on controller: String) { state.withLock { $0.faults[controller] = fault } }

  /// Takes the lease away from whoever holds it, as an administrator would.
  public func takeAway() { state.withLock { $0.entry = nil } }

  /// Who holds the lease, whatever the lines do.
  public var standing: (holder: String, fence: Generation)? {
    state.withLock { state in
      expire(&state)
      return state.entry.map { ($0.holder, $0.ticket.fence) }
    }
  }

  private func expire(_ state: inout State) {
    if let entry = state.entry, now() >= entry.expiresAt { state.entry = nil }
  }

  func claim(for holder: String, lasting ttl: Duration) -> LeaseClaim {
    state.withLock { state in
      expire(&state)
      if let entry = state.entry { return .held(by: entry.holder) }
      state.revision += 1
      let ticket = LeaseTicket(id: Int64(state.revision), fence: Generation(state.revision))
      state.entry = Entry(ticket: ticket, holder: holder, ttl: ttl, expiresAt: now() + ttl)
      let vanished = state.holding
      state.holding = holder
      return .taken(ticket, vanished: vanished)
    }
  }

  func holds(_ ticket: LeaseTicket, prolonging: Bool) -> Bool {
    state.withLock { state in
      expire(&state)
      guard let entry = state.entry, entry.ticket == ticket else { return false }
      if prolonging { state.entry?.expiresAt = now() + entry.ttl }
      return true
    }
  }

  /// What was left for the next holder.
  public var word: String? { state.withLock { $0.word } }

  func leave(_ word: String?, _ ticket: LeaseTicket) -> Bool {
    state.withLock { state in
      expire(&state)
      guard state.entry?.ticket == ticket else { return false }
      state.word = word
      return true
    }
  }

  func release(_ ticket: LeaseTicket, cleanly: Bool) {
    state.withLock { state in
      expire(&state)
      guard state.entry?.ticket == ticket else { return }
      state.entry = nil
      if cleanly { state.holding = nil }
    }
  }

  /// What happens to the next request of `controller`.
  func fault(of controller: String) -> Fault? {
    state.withLock { state in
      guard case .chance(let share, let slow) = state.faults[controller] else { return state.faults[controller] }
      guard Double.random(in: 0..<1, using: &state.generator) < share else { return nil }
      return [.cut, .losesAnswers, .slow(slow)].randomElement(using: &state.generator)
    }
  }
}
