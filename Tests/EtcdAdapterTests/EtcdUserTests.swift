import EtcdAdapter
import HTTPAdapter
import Operations
import TestSupport
import Testing

/// An etcd that asks who is there.
@Suite(.timeLimit(.minutes(2))) struct EtcdUserTests {
  /// Users `root` and `signalbox`, the latter with a right to the keys below `signalbox/`.
  private func secured(_ address: String) async throws -> EtcdServer {
    let server = await EtcdServer.started(address)
    for (path, body) in [
      ("auth/user/add", #"{"name":"root","password":"r"}"#), ("auth/role/add", #"{"name":"root"}"#),
      ("auth/user/grant", #"{"user":"root","role":"root"}"#),
      ("auth/user/add", #"{"name":"signalbox","password":"pw"}"#), ("auth/role/add", #"{"name":"signalbox"}"#),
      // `signalbox/` and what begins with it.
      (
        "auth/role/grant",
        #"{"name":"signalbox","perm":{"permType":"READWRITE","key":"c2lnbmFsYm94Lw==","range_end":"c2lnbmFsYm94MA=="}}"#
      ),
      ("auth/user/grant", #"{"user":"signalbox","role":"signalbox"}"#),
      ("auth/user/add", #"{"name":"guest","password":"pw"}"#), ("auth/enable", "{}"),
    ] {
      let answer = try await EtcdBench.ask(server.url, path, body)
      #expect(answer.status == 200, "\(path): \(answer.text)")
    }
    return server
  }

  @Test func aUserWithARoleTakesTheLeaseAndKeepsIt() async throws {
    let server = try await secured("127.44.2.1")
    defer { server.kill() }
    let store = try EtcdBench.store([server.url], user: "signalbox", password: "pw")
    guard case .taken(let ticket, nil) = try await store.claim(for: "kit@ops1", lasting: .seconds(60)) else {
      Issue.record("not taken")
      return
    }
    #expect(try await store.renew(ticket))
    // A restarted etcd has forgotten the tokens that it gave.
    server.kill()
    server.start()
    #expect(await eventually { server.isHealthy() })
    #expect(try await store.renew(ticket))
    try await store.release(ticket, cleanly: true)
    #expect(try await store.holder() == nil)
  }

  @Test(arguments: [
    (nil, nil, "etcd: etcdserver: user name is empty; set user and password"),
    (
      "signalbox", "wrong",
      "etcd: etcdserver: authentication failed, invalid user ID or password; check user and password"
    ),
    (
      "guest", "pw",
      "etcd: etcdserver: permission denied; give the user's role readwrite on signalbox/app.example.test and "
        + "signalbox/app.example.test.holding"
    ),
  ])
  func whatIsWrongIsNamed(user: String?, password: String?, message: String) async throws {
    let server = try await secured("127.44.2.\(2 + (user?.count ?? 0))")
    defer { server.kill() }
    let store = try EtcdBench.store([server.url], user: user, password: password)
    await #expect(throws: HostError.failed(message)) { try await store.claim(for: "kit@ops1", lasting: .seconds(5)) }
  }

  @Test func aUserWhereNobodyAsksForOneIsNamed() async throws {
    let server = await EtcdServer.started("127.44.2.20")
    defer { server.kill() }
    let store = try EtcdBench.store([server.url], user: "signalbox", password: "pw")
    await #expect(
      throws: HostError.failed(
        "etcd: etcdserver: authentication is not enabled; enable it, or leave user and password out")
    ) { try await store.holder() }
  }
}
