import FoundationEssentials
import HTTPAdapter
import PostgresTestSupport
import Testing

@testable import Workload

/// The REST API over real instances and real databases.
@Suite(.timeLimit(.minutes(2))) struct APITests {
  @Test func migrationIsRepeatable() async throws {
    let migrations = try await WorkloadPair.shared.value.migrations
    #expect(migrations.map(\.status) == [0, 0])
    #expect(migrations[0].output.contains("127.17.1.2:5432: schema 2, migrated by 2 step(s)"))
    #expect(migrations[1].output.contains("127.17.1.1:5432: schema 2, up to date"))
  }

  @Test func everyInstanceServesEverySession() async throws {
    let pair = try await WorkloadPair.shared.value
    let token = try await pair.aws.newToken()
    // The other cloud's database does not have the session; the writer's has.
    let session = try await pair.azure.send("GET", "/api/v1/sessions/current", token: token)
    #expect(session.status == 200)
    #expect(!session.text.contains("token"))
    #expect(try await pair.azure.send("DELETE", "/api/v1/sessions/current", token: token).status == 204)
    #expect(try await pair.aws.send("GET", "/api/v1/sessions/current", token: token).status == 401)
  }

  @Test func aTaskIsCreatedReadChangedAndDeleted() async throws {
    let instance = try await WorkloadPair.shared.value.aws
    let token = try await instance.newToken()
    let created = try await instance.send(
      "POST", "/api/v1/tasks", token: token, json: #"{"title":"  Buy “milk”  ","notes":"two\nlitres"}"#)
    #expect(created.status == 201)
    #expect(created.field("title") == "Buy “milk”")
    #expect(created.field("done") == "false")
    #expect(created.header("ETag") == "\"1\"")
    let path = try #require(created.header("Location"))
    let shown = try await instance.send("GET", path, token: token)
    #expect(shown.body == created.body)
    let same = try await instance.send("GET", path, token: token, headers: [("If-None-Match", "\"1\"")])
    #expect(same.status == 304)

    let changed = try await instance.send(
      "PATCH", path, token: token, headers: [("If-Match", "\"1\"")], json: #"{"done":true}"#)
    #expect(changed.status == 200)
    #expect(changed.field("title") == "Buy “milk”" && changed.field("done") == "true")
    let late = try await instance.send(
      "PATCH", path, token: token, headers: [("If-Match", "\"1\"")], json: #"{"title":"lost"}"#)
    #expect(late.status == 412)
    #expect(late.field("type") == "urn:signalbox:problem:changed-meanwhile")
    #expect(try await instance.send("DELETE", path, token: token, headers: [("If-Match", "\"1\"")]).status == 412)
    #expect(try await instance.send("DELETE", path, token: token).status == 204)
    #expect(try await instance.send("GET", path, token: token).status == 404)
    #expect(try await instance.send("DELETE", path, token: token).status == 404)
  }

  @Test func pagesHoldWhileTasksAreAdded() async throws {
    let instance = try await WorkloadPair.shared.value.aws
    let token = try await instance.newToken()
    for number in 1...5 {
      _ = try await instance.send("POST", "/api/v1/tasks", token: token, json: #"{"title":"t\#(number)"}"#)
    }
    var seen: [String] = []
    var path = "/api/v1/tasks?limit=2"
    for page in 0..<3 {
      let answer = try await instance.send("GET", path, token: token)
      seen += answer.text.components(separatedBy: "\"title\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
      // A task that is added meanwhile shifts nothing.
      if page == 0 { _ = try await instance.send("POST", "/api/v1/tasks", token: token, json: #"{"title":"new"}"#) }
      guard let next = answer.field("next") else { break }
      path = "/api/v1/tasks?limit=2&cursor=\(next)"
    }
    #expect(seen == ["t5", "t4", "t3", "t2", "t1"])
  }

  @Test func anotherAccountsTaskIsNotThere() async throws {
    let instance = try await WorkloadPair.shared.value.aws
    let owner = try await instance.newToken()
    let stranger = try await instance.newToken()
    let created = try await instance.send("POST", "/api/v1/tasks", token: owner, json: #"{"title":"mine"}"#)
    let path = try #require(created.header("Location"))
    #expect(try await instance.send("GET", path, token: stranger).status == 404)
    #expect(try await instance.send("PATCH", path, token: stranger, json: #"{"title":"x"}"#).status == 404)
    #expect(try await instance.send("DELETE", path, token: stranger).status == 404)
    #expect(try await instance.send("GET", path, token: owner).field("title") == "mine")
  }

  struct Bad: CustomTestStringConvertible {
    var method = "POST"
    var path = "/api/v1/tasks"
    var body: String?
    var status: Int
    var testDescription: String { "\(method) \(path) \((body ?? "").prefix(30)) → \(status)" }
  }

  @Test(arguments: [
    Bad(body: "{", status: 400), Bad(body: "[]", status: 400), Bad(body: #"{"title":7}"#, status: 400),
    Bad(body: #"{"title":""}"#, status: 422), Bad(body: "{}", status: 422),
    Bad(body: #"{"title":"\#(String(repeating: "x", count: 201))"}"#, status: 422),
    Bad(body: #"{"title":"a\u0000b"}"#, status: 422), Bad(body: #"{"title":"a","notes":"\u0000"}"#, status: 422),
    Bad(body: String(repeating: " ", count: 70_000), status: 413),
    Bad(method: "GET", path: "/api/v1/tasks?limit=0", status: 422),
    Bad(method: "GET", path: "/api/v1/tasks?limit=101", status: 422),
    Bad(method: "GET", path: "/api/v1/tasks?cursor=bm8", status: 422),
    Bad(method: "GET", path: "/api/v1/tasks/not-a-uuid", status: 404),
    Bad(method: "GET", path: "/api/v1/nothing", status: 404),
    Bad(path: "/api/v1/accounts", body: #"{"email":"nobody","password":"long enough"}"#, status: 422),
    Bad(path: "/api/v1/accounts", body: #"{"email":"a@example.com","password":"short"}"#, status: 422),
    Bad(path: "/api/v1/sessions", body: #"{"email":"ghost@example.com","password":"long enough"}"#, status: 401),
  ])
  func whatIsWrongIsRefusedInOneShape(bad: Bad) async throws {
    let instance = try await WorkloadPair.shared.value.aws
    let token = try await instance.newToken()
    let answer = try await instance.send(bad.method, bad.path, token: token, json: bad.body)
    #expect(answer.status == bad.status, "\(answer.text)")
    #expect(answer.header("Content-Type") == "application/problem+json")
    #expect(answer.field("status") == "\(bad.status)")
    #expect(answer.field("type")?.hasPrefix("urn:signalbox:problem:") == true)
    #expect(answer.field("detail")?.isEmpty == false)
  }

  @Test func whoIsNotLoggedInIsRefused() async throws {
    let instance = try await WorkloadPair.shared.value.aws
    let forged = SessionToken.random().text
    for token in [nil, "", "x", forged] {
      let answer = try await instance.send("GET", "/api/v1/tasks", token: token)
      #expect(answer.status == 401)
      #expect(answer.header("WWW-Authenticate") == "Bearer")
    }
  }

  @Test func anAddressIsRegisteredOnce() async throws {
    let instance = try await WorkloadPair.shared.value.aws
    let name = UUID().uuidString
    let first = #"{"email":"\#(name)@Example.com","password":"long enough"}"#
    let second = #"{"email":"\#(name.lowercased())@example.COM ","password":"long enough"}"#
    #expect(try await instance.send("POST", "/api/v1/accounts", json: first).status == 201)
    let refused = try await instance.send("POST", "/api/v1/accounts", json: second)
    #expect(refused.status == 409)
    #expect(refused.field("email") == "is taken")
  }

  @Test func onlyTheHashOfATokenIsStored() async throws {
    let pair = try await WorkloadPair.shared.value
    let token = try await pair.aws.newToken()
    let dump = try await pair.databases[0].dump(of: "sessions")
    let hash = try #require(SessionToken(token)).hash.map {
      $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16)
    }
    #expect(dump.contains(hash.joined()))
    #expect(!dump.contains(token))
    let accounts = try await pair.databases[0].dump(of: "accounts")
    #expect(accounts.contains("$pbkdf2-sha256$i=1000$") && !accounts.contains("long enough"))
  }
}
