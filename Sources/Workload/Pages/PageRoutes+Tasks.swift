internal import HTTPTypes
internal import Hummingbird

extension PageRoutes {
  func addTasks(to router: Router<WorkloadContext>) {
    router.get("tasks") { request, _ in try await list(request) }
    router.post("tasks") { request, context in try await create(request, context) }
    router.get("tasks/:id") { request, context in try await edit(request, context) }
    router.post("tasks/:id") { request, context in try await save(request, context) }
    router.post("tasks/:id/delete") { request, context in try await delete(request, context) }
  }

  private func list(_ request: Request) async throws -> Response {
    let session = try await authentication.require(request)
    return try await list(for: session, PageQuery(request), workload.consistency.needed(by: request))
  }

  private func list(
    for session: Session, _ query: PageQuery, _ consistency: Database.Consistency, title: String = "",
    problem: Problem? = nil
  ) async throws -> Response {
    let page = try await workload.tasks.page(
      of: session.accountID, after: query.cursor, limit: query.limit, consistency)
    var values = values(session, title: "Tasks", problem: problem)
    values["tasks"] = page.tasks.map { task -> [String: Any] in
      ["id": task.id, "title": task.title, "done": task.done, "updatedAt": task.updatedAt]
    }
    values["isEmpty"] = page.tasks.isEmpty
    values["draft"] = title
    if let next = page.next { values["next"] = "/tasks?limit=\(query.limit)&cursor=\(next.text)" }
    return pages.render("tasks", values, problem?.status ?? .ok)
  }

  private func create(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authentication.require(request)
    let form = try await request.form(in: context)
    try authentication.check(form["form_token"], for: session)
    do {
      let draft = try TaskBody(title: form["title"], notes: form["notes"], done: false).draft()
      _ = try await workload.tasks.create(draft, for: session.accountID)
    } catch let problem as Problem where problem.kind == .invalid {
      let query = try PageQuery(request)
      return try await list(for: session, query, .latest, title: form["title"] ?? "", problem: problem)
    }
    return written("/tasks")
  }

  private func edit(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authentication.require(request)
    let id = try context.parameters.require("id")
    let task = try await workload.tasks.find(id, of: session.accountID, workload.consistency.needed(by: request))
    return editor(session, id, task.version, TaskDraft(title: task.title, notes: task.notes, done: task.done))
  }

  private func save(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authentication.require(request)
    let id = try context.parameters.require("id")
    let form = try await request.form(in: context)
    try authentication.check(form["form_token"], for: session)
    let version = form["version"].flatMap { Int32($0) }.map { Int($0) }
    let body = TaskBody(title: form["title"] ?? "", notes: form["notes"] ?? "", done: form["done"] != nil)
    do {
      let change = try body.change()
      _ = try await workload.tasks.update(id, of: session.accountID, change, version: version)
    } catch let problem as Problem where problem.kind == .invalid || problem.kind == .stale {
      // What was typed is kept. Saved again after a rival's change, it replaces that knowingly.
      let standing = try await workload.tasks.find(id, of: session.accountID, .latest)
      let draft = TaskDraft(title: body.title ?? "", notes: body.notes ?? "", done: body.done ?? false)
      return editor(session, id, standing.version, draft, problem: problem)
    }
    return written("/tasks")
  }

  private func delete(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authentication.require(request)
    let id = try context.parameters.require("id")
    try authentication.check(try await request.form(in: context)["form_token"], for: session)
    try await workload.tasks.delete(id, of: session.accountID, version: nil)
    return written("/tasks")
  }

  private func editor(
    _ session: Session, _ id: String, _ version: Int, _ draft: TaskDraft, problem: Problem? = nil
  ) -> Response {
    var values = values(session, title: "Edit task", problem: problem)
    values["id"] = id
    values["version"] = version
    values["draftTitle"] = draft.title
    values["notes"] = draft.notes
    values["done"] = draft.done
    return pages.render("task", values, problem?.status ?? .ok)
  }

  private func values(_ session: Session, title: String, problem: Problem?) -> [String: Any] {
    [
      "title": title, "email": session.email, "formToken": session.token.formToken, "isLoggedIn": true,
      "hasProblem": problem != nil, "problem": problem?.detail ?? "",
      "problems": problem?.fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" } ?? [],
    ]
  }

  private func written(_ location: String) -> Response {
    var response = Response.seeOther(location)
    workload.consistency.mark(&response)
    return response
  }
}
