internal import HTTPTypes
internal import Hummingbird

extension APIRoutes {
  func addTasks(to group: RouterGroup<WorkloadContext>) {
    group.get("tasks") { request, _ in try await list(request) }
    group.post("tasks") { request, context in try await create(request, context) }
    group.get("tasks/:id") { request, context in try await show(request, context) }
    group.patch("tasks/:id") { request, context in try await change(request, context) }
    group.delete("tasks/:id") { request, context in try await delete(request, context) }
  }

  private struct PageBody: Encodable {
    var tasks: [TaskItem]
    var next: String?
  }

  private func list(_ request: Request) async throws -> Response {
    let session = try await authentication.require(request)
    let query = try PageQuery(request)
    let page = try await tasks.page(
      of: session.accountID, after: query.cursor, limit: query.limit, consistency.needed(by: request))
    return try Response.json(PageBody(tasks: page.tasks, next: page.next?.text))
  }

  private func create(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authenticateChange(request)
    let draft = try await request.json(TaskBody.self, in: context).draft()
    let task = try await tasks.create(draft, for: session.accountID)
    var response = try answer(task, status: .created)
    response.headers[.location] = "/api/v1/tasks/\(task.id)"
    consistency.mark(&response)
    return response
  }

  private func show(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authentication.require(request)
    let id = try context.parameters.require("id")
    let task = try await tasks.find(id, of: session.accountID, consistency.needed(by: request))
    if request.headers[.ifNoneMatch] == task.entityTag {
      return Response(status: .notModified, headers: [.eTag: task.entityTag, .cacheControl: "no-store"])
    }
    return try answer(task, status: .ok)
  }

  private func change(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authenticateChange(request)
    let id = try context.parameters.require("id")
    let change = try await request.json(TaskBody.self, in: context).change()
    let task = try await tasks.update(id, of: session.accountID, change, version: try version(request))
    var response = try answer(task, status: .ok)
    consistency.mark(&response)
    return response
  }

  private func delete(_ request: Request, _ context: WorkloadContext) async throws -> Response {
    let session = try await authenticateChange(request)
    let id = try context.parameters.require("id")
    try await tasks.delete(id, of: session.accountID, version: try version(request))
    var response = Response(status: .noContent)
    consistency.mark(&response)
    return response
  }

  private func answer(_ task: TaskItem, status: HTTPResponse.Status) throws -> Response {
    var response = try Response.json(task, status: status)
    response.headers[.eTag] = task.entityTag
    return response
  }

  /// The version in `If-Match`; nil when the client takes whatever stands.
  private func version(_ request: Request) throws -> Int? {
    guard let tag = request.headers[.ifMatch], tag != "*" else { return nil }
    guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\""), let version = Int32(tag.dropFirst().dropLast())
    else { throw Problem(.stale, "The entity tag in If-Match is not one of this task's.") }
    return Int(version)
  }
}
