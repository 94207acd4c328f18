import Glibc
import HTTPAdapter
import Operations
import PostgresTestSupport
import TestSupport
import Testing

/// What people notice when databases fail, move, or freeze.
@Suite(.timeLimit(.minutes(3))) struct FailureTests {
  @Test func writesFollowAPromotionWithoutARestart() async throws {
    let pair = try await WorkloadPair(network: "127.17.2")
    let (first, second) = (pair.databases[0], pair.databases[1])
    let before = try await pair.aws.send("GET", "/ready")
    #expect(before.status == 200)
    #expect(before.text.contains(#""database":{"reachable":true,"role":"primary","writable":true}"#))
    #expect(before.field("release") == "7.1" && before.field("cloud") == "aws")
    #expect(try await pair.azure.send("GET", "/ready").text.contains(#""role":"secondary","writable":false"#))
    _ = try await pair.azure.newToken()

    let fence = "REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM app;"
    try await first.administer("\(fence) ALTER ROLE app SET default_transaction_read_only = on")
    try await second.administer("ALTER ROLE app SET default_transaction_read_only = off")
    for instance in [pair.aws, pair.azure] { _ = try await instance.newToken() }
    #expect(try await second.dump(of: "accounts").split(separator: "\n").count == 2)
    // A session keeps the setting it began with, so the readiness may be of the old one until it is replaced; the right
    // to write is gone at once.
    #expect(try await pair.aws.send("GET", "/ready").text.contains(#""role":"secondary","writable":false"#))
  }

  @Test func aFrozenOwnDatabaseDoesNotStopReads() async throws {
    let pair = try await WorkloadPair(network: "127.17.3")
    #expect(try await pair.azure.send("GET", "/").status == 200)
    try await pair.databases[1].signal(SIGSTOP)
    let start = ContinuousClock.now
    #expect(try await pair.azure.send("GET", "/").status == 200)
    #expect(start.duration(to: .now) < .seconds(8))
    // The wait is paid once, not by everybody.
    let next = ContinuousClock.now
    for _ in 0..<5 { #expect(try await pair.azure.send("GET", "/").status == 200) }
    #expect(next.duration(to: .now) < .seconds(6))
    let ready = try await pair.azure.send("GET", "/ready")
    #expect(ready.status == 200 && ready.field("reads") == "writer")
    #expect(ready.text.contains(#""reachable":false"#))
    #expect(try await pair.azure.send("GET", "/health").status == 200)
    try await pair.databases[1].signal(SIGCONT)
    #expect(try await eventually { try await pair.azure.send("GET", "/ready").field("reads") == "own" })
  }

  /// Between a primary's death and the promotion of the other nobody takes writes; pages are read all the same, and
  /// whoever asks for readiness hears what is wrong before it loses patience.
  @Test(arguments: [SIGKILL, SIGSTOP]) func whileNobodyTakesWritesReadsGoOn(signal: Int32) async throws {
    let pair = try await WorkloadPair(network: signal == SIGKILL ? "127.17.6" : "127.17.7")
    #expect(try await pair.aws.send("GET", "/").status == 200)
    if signal == SIGKILL { try await pair.databases[0].kill() } else { try await pair.databases[0].signal(SIGSTOP) }
    #expect(try await pair.aws.send("GET", "/").status == 200)
    let isTold = try await eventually {
      let ready = try await pair.aws.send("GET", "/ready")
      return ready.status == 200 && ready.field("reads") == "other" && ready.text.contains(#""reachable":false"#)
        && ready.timing.totalMilliseconds < 600
    }
    #expect(isTold)
    if signal == SIGSTOP { try await pair.databases[0].signal(SIGCONT) } else { try await pair.databases[0].restart() }
    #expect(try await eventually { try await pair.aws.send("GET", "/ready").field("reads") == "own" })
  }

  @Test func withoutAnyDatabaseTheInstanceSaysSoAndRecovers() async throws {
    let pair = try await WorkloadPair(network: "127.17.4")
    for database in pair.databases { try await database.kill() }
    let ready = try await pair.aws.send("GET", "/ready")
    #expect(ready.status == 503 && ready.field("ready") == "false" && ready.field("reads") == "none")
    #expect(try await pair.aws.send("GET", "/health").status == 200)
    let page = try await pair.aws.send("GET", "/")
    #expect(page.status == 503 && page.header("Retry-After") == "1")
    #expect(page.text.contains("The database does not answer"))
    let api = try await pair.aws.send("GET", "/api/v1/tasks", token: String(repeating: "A", count: 43))
    #expect(api.status == 503 && api.header("Content-Type") == "application/problem+json")
    for database in pair.databases { try await database.restart() }
    #expect(await eventually { (try? await pair.aws.newToken()) != nil })
  }

  @Test func aRequestUnderWayIsFinishedBeforeTheEnd() async throws {
    let pair = try await WorkloadPair(network: "127.17.5", extra: ["WORKLOAD_PASSWORD_ITERATIONS=4000000"])
    let answer = Task {
      try await pair.aws.send(
        "POST", "/api/v1/accounts", json: #"{"email":"slow@example.com","password":"long enough"}"#)
    }
    let begun = await eventually {
      (try? await pair.aws.send("GET", "/metrics").text.contains("workload_requests_in_flight 2")) == true
    }
    #expect(begun)
    let stopping = Task.detached { pair.aws.process.stop() }
    #expect(try await answer.value.status == 201)
    await stopping.value
    await #expect(throws: (any Error).self) { try await pair.aws.send("GET", "/health") }
  }

  @Test func metricsCountByRouteAndStatus() async throws {
    let instance = try await WorkloadPair.shared.value.azure
    for path in ["/health", "/tasks/1", "/tasks/2", "/no/such/page"] { _ = try await instance.send("GET", path) }
    let text = try await instance.send("GET", "/metrics").text
    #expect(text.contains(#"workload_info{cloud="azure",release="7.1"} 1"#))
    #expect(text.contains(#"workload_requests_total{method="GET",route="/tasks/{id}",status="303"} 2"#), "\(text)")
    #expect(text.contains(#"route="NotFound",status="404""#))
    #expect(text.contains(#"workload_request_duration_seconds_bucket{le="+Inf"}"#))
    #expect(text.contains(#"workload_database_sessions{pool="reader",state="limit"} 6"#))
  }
}
