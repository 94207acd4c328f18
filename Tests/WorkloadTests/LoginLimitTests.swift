import FoundationEssentials
import HTTPAdapter
import PostgresTestSupport
import TestSupport
import Testing

/// Who guesses passwords is stopped by all instances together, and nobody else is.
@Suite(.timeLimit(.minutes(3))) struct LoginLimitTests {
  private static let limits = ["WORKLOAD_LOGIN_ATTEMPTS=5", "WORKLOAD_LOGIN_PAUSE_SECONDS=4"]
  private static let right = "long enough"

  private func credentials(_ email: String, _ password: String) -> String {
    #"{"email":"\#(email)","password":"\#(password)"}"#
  }

  private func logIn(_ instance: WorkloadInstance, _ email: String, _ password: String) async throws -> HTTPResponse {
    try await instance.send("POST", "/api/v1/sessions", json: credentials(email, password))
  }

  private func register(_ instance: WorkloadInstance) async throws -> String {
    let email = "\(UUID().uuidString.lowercased())@example.com"
    #expect(try await instance.send("POST", "/api/v1/accounts", json: credentials(email, Self.right)).status == 201)
    return email
  }

  @Test func afterTooManyFailuresEveryCloudRefusesForAWhile() async throws {
    let pair = try await WorkloadPair(network: "127.17.8", extra: Self.limits)
    let known = try await register(pair.aws)
    let unknown = "nobody@example.com"
    for instance in [pair.aws, pair.azure, pair.aws, pair.azure, pair.aws] {
      let answers = [try await logIn(instance, known, "wrong"), try await logIn(instance, unknown, "wrong")]
      #expect(answers.map(\.status) == [401, 401])
      #expect(answers[0].body == answers[1].body)
    }
    for instance in [pair.aws, pair.azure] {
      let answers = [try await logIn(instance, known, Self.right), try await logIn(instance, unknown, Self.right)]
      #expect(answers.map(\.status) == [429, 429], "the right password does not help, nor a name that nobody has")
      #expect(answers[0].body == answers[1].body)
      #expect(answers[0].field("type") == "urn:signalbox:problem:too-many-attempts")
      for answer in answers { #expect((1...4).contains(Int(answer.header("Retry-After") ?? "") ?? 0)) }
    }
    // Others are not concerned.
    _ = try await pair.azure.newToken()
    #expect(try await eventually { try await logIn(pair.azure, known, Self.right).status == 201 })
    // A success begins anew: four more failures are none too many.
    for _ in 0..<4 { #expect(try await logIn(pair.aws, known, "wrong").status == 401) }
    #expect(try await logIn(pair.aws, known, Self.right).status == 201)
  }

  @Test func theFormSaysSoToo() async throws {
    let pair = try await WorkloadPair(network: "127.17.9", extra: Self.limits + ["WORKLOAD_COOKIE_SECURE=off"])
    func submit() async throws -> HTTPResponse {
      let page = try await pair.aws.send("GET", "/login")
      let (token, cookie) = (try #require(page.formToken), try #require(page.cookie("form")))
      return try await pair.aws.send(
        "POST", "/login", headers: [("Cookie", "form=\(cookie)")],
        form: [("form_token", token), ("email", "nobody@example.com"), ("password", "wrong")])
    }
    for _ in 0..<5 { #expect(try await submit().status == 401) }
    let refused = try await submit()
    #expect(refused.status == 429)
    #expect(refused.text.contains("Too many logins failed under this address"))
    #expect(refused.header("Retry-After") != nil && refused.formToken != nil)
  }

  /// A try is counted before the password is looked at.
  @Test func aBurstGetsNoFurther() async throws {
    let pair = try await WorkloadPair(network: "127.17.10", extra: ["WORKLOAD_LOGIN_ATTEMPTS=5"])
    let email = try await register(pair.aws)
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<40 {
        group.addTask { try await logIn(number % 2 == 0 ? pair.aws : pair.azure, email, "wrong").status }
      }
      return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
    }
    #expect(statuses == [401: 5, 429: 35])
  }

  @Test func whereOnlyTheCountCannotBeWrittenPeopleLogIn() async throws {
    let pair = try await WorkloadPair(network: "127.17.11", extra: Self.limits)
    let email = try await register(pair.aws)
    for lack in ["REVOKE INSERT ON login_attempts FROM app", "DROP TABLE login_attempts"] {
      try await pair.databases[0].administer(lack)
      #expect(try await logIn(pair.aws, email, Self.right).status == 201)
      #expect(try await logIn(pair.azure, email, "wrong").status == 401)
    }
  }

  /// A guesser would learn from the difference which password was right, and nobody would count.
  @Test func whereNothingCanBeWrittenNoPasswordIsLookedAt() async throws {
    let pair = try await WorkloadPair(network: "127.17.12", extra: Self.limits)
    let email = try await register(pair.aws)
    try await pair.databases[0].administer(
      """
      REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM app;
      ALTER ROLE app SET default_transaction_read_only = on
      """)
    for _ in 0..<7 {
      let answers = [try await logIn(pair.aws, email, "wrong"), try await logIn(pair.aws, email, Self.right)]
      #expect(answers.map(\.status) == [503, 503])
      #expect(answers[0].body == answers[1].body)
    }
    try await pair.databases[0].administer(
      """
      GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
      ALTER ROLE app SET default_transaction_read_only = off
      """)
    #expect(try await eventually { try await logIn(pair.aws, email, Self.right).status == 201 })
  }

  @Test func whatIsNoFaultOfTheirsIsNotCounted() async throws {
    let pair = try await WorkloadPair(network: "127.17.13", extra: Self.limits)
    let email = try await register(pair.aws)
    try await pair.databases[0].administer("REVOKE INSERT ON sessions FROM app")
    for _ in 0..<7 { #expect(try await logIn(pair.aws, email, Self.right).status == 503) }
    try await pair.databases[0].administer("GRANT INSERT ON sessions TO app")
    #expect(try await logIn(pair.aws, email, Self.right).status == 201)
  }
}
