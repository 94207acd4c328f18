import EtcdAdapter
import Operations
import TestSupport
import Testing

/// Peers that are no etcd, or a bad one.
@Suite(.timeLimit(.minutes(1))) struct EtcdGarbageTests {
  private func fault(of server: ScriptedServer, timeout: Duration = .seconds(10)) async throws -> String {
    let store = try EtcdBench.store([server.url], timeout: timeout)
    do {
      _ = try await store.claim(for: "kit@ops1", lasting: .seconds(5))
      return "none"
    } catch {
      return "\(error)".replacing("127.0.0.1:\(server.port)", with: "here")
    }
  }

  private static let header = #""header":{"cluster_id":"16064018236646618804","revision":"7"}"#

  @Test(arguments: [
    ("200 OK", "<html>It works!\u{1B}[2J</html>", "its answer is not etcd's: <html>It works! [2J</html>"),
    ("200 OK", "{}", "its answer names no cluster; is it etcd?"),
    ("200 OK", #"{"header":{"cluster_id":"many"}}"#, #"its answer is not etcd's: {"header":{"cluster_id":"many"}}"#),
    ("200 OK", "", "its answer is not etcd's: "),
    ("404 Not Found", "Not Found", "HTTP 404; is it etcd 3.4 or newer, and its gateway on (--enable-grpc-gateway)?"),
    ("500 X", "oops", "HTTP 500: oops"),
    ("503 X", #"{"error":"etcdserver: request timed out","code":14}"#, "etcdserver: request timed out"),
  ])
  func whatIsNotEtcdIsNamed(status: String, body: String, message: String) async throws {
    let server = ScriptedServer { connection in
      while !connection.readRequest().isEmpty { connection.answer(status, body) }
    }
    #expect(try await fault(of: server) == "etcd: here: \(message)")
  }

  @Test func anAnswerWithoutEndIsRefused() async throws {
    let server = ScriptedServer { connection in
      guard !connection.readRequest().isEmpty else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
      while connection.write(String(repeating: "x", count: 8192)) {}
    }
    let text = try await fault(of: server)
    #expect(text.hasPrefix("etcd: here: ") && text.contains("is it the right address?"), "\(text)")
  }

  @Test func silenceIsAnErrorAfterTheTimeout() async throws {
    let server = ScriptedServer { $0.waitForClose() }
    #expect(try await fault(of: server, timeout: .milliseconds(200)) == "etcd: here: no answer within 200 ms")
  }

  @Test func aKeyWithoutARevisionIsNoLease() async throws {
    let server = ScriptedServer { connection in
      while case let request = connection.readRequest(), !request.isEmpty {
        if request.contains("/v3/lease/grant") {
          connection.answer("200 OK", #"{\#(Self.header),"ID":"12","TTL":"5"}"#)
        } else if request.contains("/v3/kv/txn") {
          connection.answer("200 OK", #"{"header":{"cluster_id":"16064018236646618804"},"succeeded":true}"#)
        } else {
          connection.answer("200 OK", "{\(Self.header)}")
        }
      }
    }
    #expect(try await fault(of: server) == "etcd: its answer names no revision")
  }

  @Test func aShorterLeaseThanWasAskedForIsRefused() async throws {
    let server = ScriptedServer { connection in
      while case let request = connection.readRequest(), !request.isEmpty {
        let more = request.contains("/v3/lease/grant") ? #","ID":"12","TTL":"1""# : ""
        connection.answer("200 OK", "{\(Self.header)\(more)}")
      }
    }
    #expect(try await fault(of: server) == "etcd: it granted 1 s instead of 5 s")
  }

  @Test func aClaimWhoseAnswerGotLostIsFoundAtTheNextMember() async throws {
    let etcd = await EtcdServer.started("127.44.3.1")
    defer { etcd.kill() }
    // Hands everything on, and loses the answers to transactions.
    let lossy = ScriptedServer { connection in
      while case let request = connection.readRequest(), !request.isEmpty {
        let plain = request.replacing(" HTTP/1.1\r\n", with: " HTTP/1.0\r\n", maxReplacements: 1)
        let answer = PlainExchange.send(plain, to: etcd.address, port: EtcdServer.port)
        if request.hasPrefix("POST /v3/kv/txn ") { return }
        connection.answer("200 OK", answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? "")
      }
    }
    let store = try EtcdBench.store([lossy.url, etcd.url], timeout: .seconds(10))
    guard case .taken(let ticket, "somebody") = try await store.claim(for: "kit@ops1", lasting: .seconds(60)) else {
      Issue.record("not taken")
      return
    }
    #expect(try await store.check(ticket))
  }

  @Test func membersOfTwoClustersAreNotMixed() async throws {
    let one = await EtcdServer.started("127.44.3.2")
    let other = await EtcdServer.started("127.44.3.3")
    defer {
      one.kill()
      other.kill()
    }
    let store = try EtcdBench.store([one.url, other.url])
    #expect(try await store.holder() == nil)
    let members = await store.members()
    #expect(members.map(\.endpoint) == ["127.44.3.2:2379", "127.44.3.3:2379"])
    #expect(members.first?.version?.hasPrefix("etcd 3.") == true && members.first?.fault == nil)
    #expect(members.last?.fault?.contains("belongs to another etcd cluster") == true)
    one.kill()
    await #expect {
      try await store.claim(for: "kit@ops1", lasting: .seconds(5))
    } throws: { error in
      "\(error)".contains("127.44.3.2:2379: connection refused; 127.44.3.3:2379: it belongs to another etcd cluster")
    }
  }
}
