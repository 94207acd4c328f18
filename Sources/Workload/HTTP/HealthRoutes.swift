internal import HTTPTypes
internal import Hummingbird
internal import PostgresAdapter

/// What load balancers, consoles and Prometheus ask.
struct HealthRoutes {
  let workload: Workload

  func add(to router: Router<WorkloadContext>) {
    // Liveness: the process answers. It says nothing of the database, or a database failure would restart everything.
    router.get("health") { _, _ in Response.text("alive\n", type: "text/plain; charset=utf-8") }
    router.get("ready") { _, _ in try await ready() }
    router.get("metrics") { _, _ in
      let database = workload.database
      let pools = [("writer", database.writer.usage), ("reader", database.reader.usage)]
      return Response.text(
        workload.metrics.exposition(
          release: workload.settings.release, cloud: workload.settings.cloud,
          pools: database.reader === database.writer ? Array(pools.prefix(1)) : pools),
        type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  /// `{"release", "cloud", "database": {"reachable", "role", "writable", "reason"}, "ready", "reads"}`: 200 when pages can be
  /// served, from the own database or from the writer's; 503 otherwise.
  struct Readiness: Encodable {
    var ready: Bool
    var release: String
    var cloud: String
    /// The own cloud's.
    var database: DatabaseStatus
    /// Whose database answers reads: `own`, `writer` or `none`.
    var reads: String
  }

  private func ready() async throws -> Response {
    let database = workload.database
    let own = await DatabaseStatus.ask(database.reader)
    var reads = own.reachable && own.role != nil ? "own" : "none"
    if reads == "none", database.reader !== database.writer {
      if await DatabaseStatus.ask(database.writer).role != nil { reads = "writer" }
    }
    let readiness = Readiness(
      ready: reads != "none", release: workload.settings.release, cloud: workload.settings.cloud, database: own,
      reads: reads)
    return try Response.json(readiness, status: readiness.ready ? .ok : .serviceUnavailable)
  }
}
