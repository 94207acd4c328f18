internal import HTTPTypes
internal import Hummingbird
internal import PostgresAdapter

/// The pages that people see: the same as the API does, by forms.
struct PageRoutes {
  let workload: Workload
  var authentication: Authentication { workload.authentication }
  var pages: Pages { workload.pages }

  func add(to router: Router<WorkloadContext>) {
    router.get("/") { request, _ in try await home(request) }
    router.get("login") { _, _ in credentials(.logIn) }
    router.post("login") { request, context in try await logIn(request, context) }
    router.get("register") { _, _ in credentials(.register) }
    router.post("register") { request, context in try await register(request, context) }
    router.post("logout") { request, context in try await logOut(request, context) }
    addTasks(to: router)
  }

  /// The public page: no session is needed, and one small thing is read from the database.
  private func home(_ request: Request) async throws -> Response {
    let rows = try await workload.database.read(
      "SELECT body, \(SQL.time("created_at")) AS created_at FROM announcements ORDER BY announcements.created_at DESC LIMIT 3",
      [], .local)
    let announcements = try rows.map { row -> [String: String] in
      ["body": try row.get("body"), "createdAt": try row.get("created_at")]
    }
    let isKnown = workload.cookies.value("session", in: request) != nil
    return pages.render(
      "home", ["title": "Tasks", "announcements": announcements, "isStranger": !isKnown, "isKnown": isKnown])
  }

  // MARK: - Strangers' forms

  enum Purpose {
    case logIn, register

    var texts: (title: String, action: String, other: String, otherTitle: String) {
      switch self {
      case .logIn: ("Log in", "/login", "/register", "Create an account")
      case .register: ("Create an account", "/register", "/login", "Log in instead")
      }
    }
  }

  private func credentials(_ purpose: Purpose, email: String = "", problem: Problem? = nil) -> Response {
    let token = Base64URL.encode(randomBytes(32))
    let texts = purpose.texts
    var response = pages.render(
      "credentials",
      [
        "title": texts.title, "action": texts.action, "other": texts.other, "otherTitle": texts.otherTitle,
        "formToken": token, "email": email, "autocomplete": purpose == .logIn ? "current-password" : "new-password",
        "problem": problem?.detail ?? "", "hasProblem": problem != nil,
        "problems": problem?.fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" } ?? [],
      ], problem?.status ?? .ok)
    response.setCookie(workload.cookies.header("form", token, lifetime: nil))
    problem?.setRetryAfter(&response)
    return response
  }

  private func logIn(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let form = try await request.form(in: context)
    try authentication.checkStranger(form["form_token"], request)
    do {
      var validation = Validation()
      let email = validation.email(form["email"])
      try validation.finish()
      return welcome(try await workload.login.open(email: email, password: form["password"] ?? "", .cookie))
    } catch let problem as Problem where problem.status.kind == .clientError {
      return credentials(.logIn, email: form["email"] ?? "", problem: problem)
    }
  }

  private func register(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let form = try await request.form(in: context)
    try authentication.checkStranger(form["form_token"], request)
    do {
      var validation = Validation()
      let email = validation.email(form["email"])
      let password = validation.password(form["password"])
      try validation.finish()
      let hash = try await workload.hasher.hash(password)
      let account = try await workload.accounts.create(email: email, passwordHash: hash)
      return welcome(try await workload.sessions.open(account: account, .cookie))
    } catch let problem as Problem where problem.status.kind == .clientError {
      return credentials(.register, email: form["email"] ?? "", problem: problem)
    }
  }

  /// Always a new session: one that somebody else may have planted is not taken over.
  private func welcome(_ session: Session) -> Response {
    var response = Response.seeOther("/tasks")
    response.setCookie(
      workload.cookies.header("session", session.token.text, lifetime: workload.settings.sessionLifetime))
    response.setCookie(workload.cookies.header("form", "", lifetime: .zero))
    workload.consistency.mark(&response)
    return response
  }

  private func logOut(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authentication.require(request)
    try authentication.check(try await request.form(in: context)["form_token"], for: session)
    try await workload.sessions.close(session)
    var response = Response.seeOther("/")
    response.setCookie(workload.cookies.header("session", "", lifetime: .zero))
    return response
  }
}
