import HTTPAdapter
import Operations
import TestSupport
import Testing

@testable import EtcdAdapter

/// The store's own promises, on a real etcd.
@Suite(.timeLimit(.minutes(2))) struct EtcdLeaseStoreTests {
  @Test func oneTakesItAndTheOthersAreToldByWhom() async throws {
    let server = await EtcdServer.started("127.44.1.1")
    defer { server.kill() }
    let store = try EtcdBench.store([server.url + "/"])
    #expect(store.name == "etcd 127.44.1.1:2379")
    #expect(try await store.holder() == nil)
    guard case .taken(let ticket, let vanished) = try await store.claim(for: "kit@ops1", lasting: .seconds(5)) else {
      Issue.record("not taken")
      return
    }
    #expect(vanished == nil)
    let rival = try EtcdBench.store([server.url])
    #expect(try await rival.claim(for: "ana@ops2", lasting: .seconds(5)) == .held(by: "kit@ops1"))
    #expect(try await rival.holder() == "kit@ops1")
    #expect(try await store.renew(ticket))
    #expect(try await store.check(ticket))
    try await store.release(ticket, cleanly: true)
    #expect(try await !store.renew(ticket))
    #expect(try await !store.check(ticket))
    #expect(try await store.holder() == nil)
    guard case .taken(let later, nil) = try await rival.claim(for: "ana@ops2", lasting: .seconds(5)) else {
      Issue.record("not taken after a clean release")
      return
    }
    #expect(later.fence > ticket.fence)
    // Whoever held it before gives back nothing of the new holder's.
    try await store.release(ticket, cleanly: true)
    #expect(try await rival.check(later))
  }

  @Test func whoeverDoesNotGiveItBackHasVanished() async throws {
    let server = await EtcdServer.started("127.44.1.2")
    defer { server.kill() }
    let store = try EtcdBench.store([server.url])
    guard case .taken(let ticket, _) = try await store.claim(for: "kit@ops1", lasting: .seconds(2)) else {
      Issue.record("not taken")
      return
    }
    #expect(try await eventually { try await store.holder() == nil }, "it expires")
    #expect(try await !store.renew(ticket))
    guard case .taken(let next, "kit@ops1") = try await store.claim(for: "ana@ops2", lasting: .seconds(5)) else {
      Issue.record("nobody vanished")
      return
    }
    try await store.release(next, cleanly: false)
    guard case .taken(_, "ana@ops2") = try await store.claim(for: "kit@ops1", lasting: .seconds(5)) else {
      Issue.record("nobody vanished")
      return
    }
  }

  @Test func aWordThatWasGivenUpAndComesLateTakesBackNothing() async throws {
    let server = await EtcdServer.started("127.44.1.9")
    defer { server.kill() }
    let store = try EtcdBench.store([server.url])
    guard case .taken(let ticket, _) = try await store.claim(for: "kit@ops1", lasting: .seconds(5)) else {
      Issue.record("not taken")
      return
    }
    for late in ["aws", nil] {
      let change = store.changing(try await store.wordRevision(), to: late, ticket)
      try await store.leave("azure", ticket)
      let answer: EtcdTransaction = try await store.gateway.ask("kv/txn", change)
      #expect(answer.succeeded != true)
      #expect(try await store.word() == "azure")
    }
    // One that came after all before it was asked for again is taken for what it is.
    let change = store.changing(try await store.wordRevision(), to: "aws", ticket)
    #expect(try await store.gateway.ask("kv/txn", change, for: EtcdTransaction.self).succeeded == true)
    try await store.leave("aws", ticket)
    try await store.leave(nil, ticket)
    try await store.leave(nil, ticket)
    #expect(try await store.word() == nil)
    try await store.release(ticket, cleanly: true)
    await #expect(throws: HostError.self) { try await store.leave(nil, ticket) }
  }

  @Test func aKeyThatWasDeletedByHandIsLostThoughItsLeaseLives() async throws {
    let server = await EtcdServer.started("127.44.1.3")
    defer { server.kill() }
    let store = try EtcdBench.store([server.url])
    guard case .taken(let ticket, _) = try await store.claim(for: "kit@ops1", lasting: .seconds(60)) else {
      Issue.record("not taken")
      return
    }
    let key = "c2lnbmFsYm94L2FwcC5leGFtcGxlLnRlc3Q="
    try await EtcdBench.ask(server.url, "kv/deleterange", #"{"key":"\#(key)"}"#)
    #expect(try await !store.renew(ticket))
    try await EtcdBench.ask(server.url, "kv/put", #"{"key":"\#(key)","value":"AAEC/w=="}"#)
    #expect(try await !store.check(ticket))
    #expect(try await store.holder() == "   \u{FFFD}", "what is no text is shown without harm")
  }

  @Test func tenAtOnceAndOneGetsIt() async throws {
    let server = await EtcdServer.started("127.44.1.4")
    defer { server.kill() }
    let claims = try await withThrowingTaskGroup(of: LeaseClaim.self) { group in
      for index in 0..<10 {
        let store = try EtcdBench.store([server.url], timeout: .seconds(5))
        group.addTask { try await store.claim(for: "host \(index)", lasting: .seconds(30)) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let taken = claims.filter { if case .taken = $0 { true } else { false } }
    #expect(taken.count == 1)
    #expect(Set(claims.compactMap { if case .held(let holder) = $0 { holder } else { nil } }).count == 1)
    // The nine left no etcd lease behind.
    let leases = try await EtcdBench.ask(server.url, "lease/leases", "{}").text
    #expect(leases.split(separator: #""ID""#).count - 1 == 1, "\(leases)")
  }

  @Test func itIsSpokenToOverTLS13WithAnAuthority() async throws {
    let certificates = Certificates(addresses: ["127.44.1.5"])
    let server = await EtcdServer.started("127.44.1.5", certificates: certificates)
    defer { server.kill() }
    let store = try EtcdBench.store([server.url], authority: certificates.authority)
    guard case .taken = try await store.claim(for: "kit@ops1", lasting: .seconds(5)) else {
      Issue.record("not taken")
      return
    }
    let others = Certificates()
    let strangers = try EtcdBench.store([server.url], authority: others.authority)
    await #expect {
      try await strangers.holder()
    } throws: { error in
      "\(error)".hasPrefix("etcd: 127.44.1.5:2379: ") && "\(error)".contains("name the authority that signed it")
    }
    withExtendedLifetime(others) {}
  }

  @Test func aServerThatAsksForACertificateIsShownOurs() async throws {
    let certificates = Certificates(addresses: ["127.44.1.6"])
    let server = await EtcdServer.started("127.44.1.6", certificates: certificates, asksForCertificates: true)
    defer { server.kill() }
    let store = try EtcdBench.store(
      [server.url], authority: certificates.authority, certificate: certificates.server)
    guard case .taken(let ticket, _) = try await store.claim(for: "kit@ops1", lasting: .seconds(5)) else {
      Issue.record("not taken")
      return
    }
    #expect(try await store.check(ticket))
    let nobody = try EtcdBench.store([server.url], authority: certificates.authority)
    await #expect {
      try await nobody.holder()
    } throws: { error in
      "\(error)".hasPrefix("etcd: 127.44.1.6:2379: ")
        && "\(error)".contains("asks for a client's certificate: name one")
    }
    let mistaken = try EtcdBench.store(
      [server.url], authority: certificates.authority, certificate: "/nowhere/client.pem")
    await #expect {
      try await mistaken.holder()
    } throws: { error in
      "\(error)".contains("check the client certificate /nowhere/client.pem and its key /nowhere/client.pem")
    }
  }
}
