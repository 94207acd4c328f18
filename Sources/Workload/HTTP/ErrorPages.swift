internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Answers every error: the API's as problem details, the pages' as a page.
struct ErrorPages: RouterMiddleware {
  let pages: Pages

  func handle(
    _ request: Request, context: WorkloadContext, next: (Request, WorkloadContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let problem = Problem(error)
      if problem.status.kind == .serverError {
        context.logger.warning("\(request.method) \(request.uri.path): \(error)")
      }
      var response = try answer(problem, request)
      problem.setRetryAfter(&response)
      if problem.kind == .unauthenticated { response.headers[.wwwAuthenticate] = "Bearer" }
      return response
    }
  }

  private func answer(_ problem: Problem, _ request: Request) throws -> Response {
    if request.uri.path.hasPrefix("/api/") {
      return try Response.json(problem, status: problem.status, type: "application/problem+json")
    }
    if problem.kind == .unauthenticated { return .seeOther("/login") }
    return pages.render("problem", ["title": problem.status.reasonPhrase, "detail": problem.detail], problem.status)
  }
}
