internal import Hummingbird

/// Counts every request. It stands inside ``ErrorPages``' outside, so that refused requests count as they were answered.
struct RequestMetrics: RouterMiddleware {
  let metrics: Metrics

  func handle(
    _ request: Request, context: WorkloadContext, next: (Request, WorkloadContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.begin()
    var status = 500
    defer {
      metrics.end(
        method: Self.methods.contains(request.method) ? request.method.rawValue : "other",
        route: context.endpointPath ?? "none", status: status, duration: start.duration(to: .now))
    }
    let response = try await next(request, context)
    status = response.status.code
    return response
  }

  /// Others are counted together: a client may make up as many as it likes.
  private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}
