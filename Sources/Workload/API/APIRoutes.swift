internal import HTTPTypes
internal import Hummingbird

/// The REST API, below `/api/v1`.
///
/// | method and path | does |
/// |---|---|
/// | `POST accounts` | registers `{"email", "password"}` |
/// | `POST sessions` | logs in; answers with a token for `Authorization: Bearer`, or 429 after too many failures |
/// | `GET sessions/current`, `DELETE sessions/current` | shows the session, logs out |
/// | `GET tasks?limit=20&cursor=…` | a page of tasks, newest first; `next` is the cursor of the next page |
/// | `POST tasks` | creates `{"title", "notes", "done"}` |
/// | `GET`, `PATCH`, `DELETE tasks/{id}` | one task; with `If-Match` a change is refused if the task has changed meanwhile |
///
/// Errors are problem details (RFC 9457). A read may be a moment behind a write made elsewhere; a client that has just
/// written gets a cookie for that, and one without cookies may send `Read-Consistency: latest`.
struct APIRoutes {
  let accounts: AccountStore
  let sessions: SessionStore
  let tasks: TaskStore
  let authentication: Authentication
  let consistency: ReadYourWrites
  let hasher: PasswordHasher
  let login: Login

  init(workload: Workload) {
    accounts = workload.accounts
    sessions = workload.sessions
    tasks = workload.tasks
    authentication = workload.authentication
    consistency = workload.consistency
    hasher = workload.hasher
    login = workload.login
  }

  func add(to group: RouterGroup<WorkloadContext>) {
    group.post("accounts") { request, context in try await register(request, context) }
    group.post("sessions") { request, context in try await logIn(request, context) }
    group.get("sessions/current") { request, _ in try await showSession(request) }
    group.delete("sessions/current") { request, _ in try await logOut(request) }
    addTasks(to: group)
  }

  private func register(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let body = try await request.json(CredentialsBody.self, in: context)
    var validation = Validation()
    let email = validation.email(body.email)
    let password = validation.password(body.password)
    try validation.finish()
    let account = try await accounts.create(email: email, passwordHash: try await hasher.hash(password))
    return try Response.json(account, status: .created)
  }

  private struct SessionBody: Encodable {
    /// Only when the session is opened; nobody else knows it.
    var token: String?
    var accountId: String
    var email: String
    var expiresAt: String

    init(_ session: Session, token: String?) {
      self.token = token
      accountId = session.accountID
      email = session.email
      expiresAt = session.expiresAt
    }
  }

  private func logIn(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let body = try await request.json(CredentialsBody.self, in: context)
    var validation = Validation()
    let email = validation.email(body.email)
    try validation.finish()
    let session = try await login.open(email: email, password: body.password ?? "", .bearer)
    return try Response.json(SessionBody(session, token: session.token.text), status: .created)
  }

  private func showSession(_ request: Request) async throws -> Response {
    try Response.json(SessionBody(try await authentication.require(request), token: nil))
  }

  private func logOut(_ request: Request) async throws -> Response {
    let session = try await authenticateChange(request)
    try await sessions.close(session)
    return Response(status: .noContent)
  }

  /// Who asks for a change, proven not to be another site in their name.
  func authenticateChange(_ request: Request) async throws -> Session {
    let session = try await authentication.require(request)
    try authentication.check(HTTPField.Name("X-CSRF-Token").flatMap { request.headers[$0] }, for: session)
    return session
  }
}
