import DNSAdapter

/// What one user remembers of the name's address, for as long as the answer's time to live and no longer.
struct Resolution: Sendable {
  let target: TrafficTarget
  private let client = DNSClient(attempts: 5)
  private var address: String?
  private var expires = ContinuousClock.now

  /// As long as the C library's resolver waits for a server (resolv.conf(5)).
  private static let timeout = Duration.seconds(5)

  init(target: TrafficTarget) { self.target = target }

  /// - Throws: when no server answers, or the answer has no address.
  mutating func current() async throws -> String {
    if let address, ContinuousClock.now < expires { return address }
    address = nil
    let asked = ContinuousClock.now
    let answer = try await client.query(
      name: target.name, type: .a, server: target.nameServer, timeout: Self.timeout)
    guard let record = answer.answers.first(where: { $0.address != nil }), let found = record.address else {
      throw LabError(target.name, "has no address")
    }
    expires = asked + record.timeToLive
    address = found
    return found
  }
}
