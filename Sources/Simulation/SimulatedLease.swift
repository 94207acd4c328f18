public import Operations

/// The way of one controller to a ``SimulatedLeaseSite``.
public struct SimulatedLease: LeaseStore {
  /// Thrown where nobody can tell.
  public struct Unreachable: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String { "simulated lease: no answer" }
  }

  let site: SimulatedLeaseSite
  let controller: String

  public var name: String { "simulated lease" }

  public func claim(for holder: String, lasting ttl: Duration) async throws -> LeaseClaim {
    try await carry { $0.claim(for: holder, lasting: ttl) }
  }

  public func renew(_ ticket: LeaseTicket) async throws -> Bool {
    try await carry { $0.holds(ticket, prolonging: true) }
  }

  public func check(_ ticket: LeaseTicket) async throws -> Bool {
    try await carry { $0.holds(ticket, prolonging: false) }
  }

  public func release(_ ticket: LeaseTicket, cleanly: Bool) async throws {
    try await carry { $0.release(ticket, cleanly: cleanly) }
  }

  public func word() async throws -> String? { try await carry { $0.word } }

  public func leave(_ word: String?, _ ticket: LeaseTicket) async throws {
    guard try await carry({ $0.leave(word, ticket) }) else {
      throw HostError.failed("simulated lease: it is not ours any more")
    }
  }

  public func holder() async throws -> String? { try await carry { $0.standing?.holder } }

  private func carry<Answer: Sendable>(_ request: @Sendable (SimulatedLeaseSite) -> Answer) async throws -> Answer {
    switch site.fault(of: controller) {
    case nil, .chance: return request(site)
    case .cut: throw Unreachable()
    case .silent(let timeout):
      try await site.clock.sleep(for: timeout)
      throw Unreachable()
    case .losesAnswers:
      _ = request(site)
      throw Unreachable()
    case .slow(let time):
      let answer = request(site)
      try await site.clock.sleep(for: time)
      return answer
    }
  }
}
