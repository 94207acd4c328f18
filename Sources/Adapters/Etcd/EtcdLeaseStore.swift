public import HTTPAdapter
public import Operations

/// A lease in etcd: a key that goes away with an etcd lease, taken by comparing that there is none.
///
/// The number of a holding is the revision at which its key was created, which grows with every change in the cluster.
/// A second key outlives the lease until its holder gives it back, so that the next holder knows that one vanished.
public struct EtcdLeaseStore: LeaseStore {
  public let name: String
  let gateway: EtcdGateway
  private let key: String
  private let mark: String
  private let wordKey: String

  /// Of changing the word beside changes of our own that were given up.
  private static let attempts = 3

  public init(settings: EtcdSettings, client: HTTPClient) {
    var settings = settings
    settings.endpoints = settings.endpoints.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    name = "etcd " + settings.endpoints.map(EtcdGateway.shown).joined(separator: ", ")
    gateway = EtcdGateway(settings: settings, client: client)
    key = EtcdText.encoded(settings.key)
    mark = EtcdText.encoded("\(settings.key).holding")
    wordKey = EtcdText.encoded("\(settings.key).word")
  }

  public func claim(for holder: String, lasting ttl: Duration) async throws -> LeaseClaim {
    try await named {
      // Whoever holds it is asked first, so that waiting for the lease leaves no etcd leases behind.
      if let holder = try await standing().map(Self.holder) { return .held(by: holder) }
      let seconds = max(1, ttl.components.seconds + (ttl.components.attoseconds > 0 ? 1 : 0))
      let grant: EtcdGrant = try await gateway.ask("lease/grant", EtcdQuestion.Grant(seconds: EtcdNumber(seconds)))
      do {
        guard grant.seconds.value >= seconds else {
          throw EtcdError.refused("it granted \(grant.seconds.value) s instead of \(seconds) s")
        }
        let claim = try await take(with: grant.id, for: holder)
        if case .held = claim { await revoke(grant.id) }
        return claim
      } catch {
        // What was taken without our knowing must not stand in anybody's way for longer than need be.
        await revoke(grant.id)
        throw error
      }
    }
  }

  public func renew(_ ticket: LeaseTicket) async throws -> Bool {
    try await named {
      let question = EtcdQuestion.Lease(id: EtcdNumber(ticket.id))
      let answer: EtcdKeepAlive = try await gateway.ask("lease/keepalive", question)
      guard (answer.result.seconds?.value ?? 0) > 0 else { return false }
      // The etcd lease may outlive its key, which is what counts.
      return try await holds(ticket)
    }
  }

  public func check(_ ticket: LeaseTicket) async throws -> Bool { try await named { try await holds(ticket) } }

  public func word() async throws -> String? {
    try await named {
      let answer: EtcdRange = try await gateway.ask("kv/range", EtcdQuestion.Key(key: wordKey))
      guard let pair = answer.kvs?.first else { return nil }
      return pair.value.flatMap(EtcdText.decoded).map { EtcdText.bounded($0) } ?? ""
    }
  }

  public func leave(_ word: String?, _ ticket: LeaseTicket) async throws {
    try await named {
      for _ in 0..<Self.attempts {
        let question = changing(try await wordRevision(), to: word, ticket)
        let answer: EtcdTransaction = try await gateway.ask("kv/txn", question)
        if answer.succeeded == true { return }
        let found = answer.responses?.map { $0.range?.kvs?.first } ?? []
        guard found.count == 2, found[0]?.created == Self.revision(of: ticket) else {
          throw EtcdError.refused("the lease is not ours any more")
        }
        // Done at the first attempt, whose answer got lost.
        if found[1]?.value == word.map(EtcdText.encoded) { return }
      }
      throw EtcdError.refused("its word is changed by others again and again")
    }
  }

  /// Compares with what stood when it was asked for: a change that was given up and comes late must not take back a newer
  /// one.
  func changing(_ standing: EtcdNumber, to word: String?, _ ticket: LeaseTicket) -> EtcdQuestion.Transaction {
    EtcdQuestion.Transaction(
      compare: [.created(key, at: Self.revision(of: ticket)), .modified(wordKey, at: standing)],
      success: [
        word.map { .init(put: .init(key: wordKey, value: EtcdText.encoded($0))) } ?? .init(delete: .init(key: wordKey))
      ],
      failure: [.init(range: .init(key: key)), .init(range: .init(key: wordKey))])
  }

  /// When the word was last changed; 0 where there is none.
  func wordRevision() async throws -> EtcdNumber {
    let answer: EtcdRange = try await gateway.ask("kv/range", EtcdQuestion.Key(key: wordKey))
    return answer.kvs?.first?.modified ?? EtcdNumber(0)
  }

  public func release(_ ticket: LeaseTicket, cleanly: Bool) async throws {
    try await named {
      if cleanly {
        let transaction = EtcdQuestion.Transaction(
          compare: [.created(key, at: Self.revision(of: ticket))],
          success: [.init(delete: .init(key: key)), .init(delete: .init(key: mark))], failure: [])
        _ = try await gateway.ask("kv/txn", transaction, for: EtcdTransaction.self)
      }
      await revoke(EtcdNumber(ticket.id))
    }
  }

  public func holder() async throws -> String? { try await named { try await standing().map(Self.holder) } }

  private func take(with lease: EtcdNumber, for holder: String) async throws -> LeaseClaim {
    let value = EtcdText.encoded(holder)
    let transaction = EtcdQuestion.Transaction(
      compare: [.created(key, at: EtcdNumber(0))],
      success: [
        .init(range: .init(key: mark)), .init(put: .init(key: key, value: value, lease: lease)),
        .init(put: .init(key: mark, value: value)),
      ],
      failure: [.init(range: .init(key: key))])
    let answer: EtcdTransaction = try await gateway.ask("kv/txn", transaction)
    let found = answer.responses?.first?.range?.kvs?.first
    if answer.succeeded == true {
      guard let revision = answer.header?.revision else { throw EtcdError.refused("its answer names no revision") }
      return .taken(Self.ticket(lease, revision), vanished: found.map(Self.holder))
    }
    guard let found else { throw EtcdError.refused("its answer says neither who holds the lease nor that nobody does") }
    // Taken at the first attempt, whose answer got lost; whether somebody had vanished got lost with it.
    if found.lease == lease { return .taken(Self.ticket(lease, found.created), vanished: "somebody") }
    return .held(by: Self.holder(found))
  }

  private func holds(_ ticket: LeaseTicket) async throws -> Bool {
    guard let pair = try await standing() else { return false }
    return pair.created == Self.revision(of: ticket) && pair.lease == EtcdNumber(ticket.id)
  }

  /// The key as the majority of the cluster has it: etcd reads are linearizable unless asked otherwise.
  private func standing() async throws -> EtcdRange.Pair? {
    let answer: EtcdRange = try await gateway.ask("kv/range", EtcdQuestion.Key(key: key))
    return answer.kvs?.first
  }

  private func revoke(_ lease: EtcdNumber) async {
    // One that cannot be revoked, or is gone already, ends by itself.
    _ = try? await gateway.ask("lease/revoke", EtcdQuestion.Lease(id: lease), for: EtcdDone.self)
  }

  private func named<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    do {
      return try await body()
    } catch let error as EtcdError {
      throw HostError.failed("etcd: \(error)")
    }
  }

  private static func ticket(_ lease: EtcdNumber, _ revision: EtcdNumber) -> LeaseTicket {
    LeaseTicket(id: lease.value, fence: Generation(UInt64(max(0, revision.value))))
  }

  private static func revision(of ticket: LeaseTicket) -> EtcdNumber {
    EtcdNumber(Int64(clamping: ticket.fence.rawValue))
  }

  private static func holder(_ pair: EtcdRange.Pair) -> String {
    let name = pair.value.flatMap(EtcdText.decoded).map { EtcdText.bounded($0) } ?? ""
    return name.isEmpty ? "somebody without a name" : name
  }
}
