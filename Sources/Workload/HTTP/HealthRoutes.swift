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
      let pools =
        [("writer", database.writer.usage), ("reader", database.reader.usage)]
        + (database.other.map { [("other", $0.usage)] } ?? [])
      return Response.text(
        workload.metrics.exposition(
          release: workload.settings.release, cloud: workload.settings.cloud,
          pools: database.reader === database.writer ? Array(pools.prefix(1)) : pools),
        type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  /// `{"release", "cloud", "database": {"reachable", "role", "writable", "reason"}, "ready", "reads"}`: 200 when pages can be
  /// served, from any database; 503 otherwise.
  struct Readiness: Encodable {
    var ready: Bool
    var release: String
    var cloud: String
    /// The own cloud's.
    var database: DatabaseStatus
    /// Whose database answers reads: `own`, `writer`, `other` or `none`.
    var reads: String
  }

  private func ready() async throws -> Response {
    let database = workload.database
    // Where one did not answer the last time, the others are asked beside it.
    let isSuspect = database.readerHealth.isSuspect
    async let elsewhere = isSuspect ? readsElsewhere() : nil
    let own = await DatabaseStatus.ask(database.reader, within: .milliseconds(500))
    var reads = own.reachable && own.role != nil ? "own" : "none"
    // Asked more often than requests may try again, it must not put off the next try.
    if own.reachable || !isSuspect { database.readerHealth.report(success: own.reachable, at: .now) }
    if reads == "none" {
      let known = await elsewhere
      reads = if let known { known } else { await readsElsewhere() }
    }
    let readiness = Readiness(
      ready: reads != "none", release: workload.settings.release, cloud: workload.settings.cloud, database: own,
      reads: reads)
    return try Response.json(readiness, status: readiness.ready ? .ok : .serviceUnavailable)
  }

  /// Who would answer in the own database's place.
  private func readsElsewhere() async -> String {
    let database = workload.database
    guard database.reader !== database.writer else { return "none" }
    async let writer = DatabaseStatus.ask(database.writer, within: .milliseconds(250))
    if let other = database.other {
      async let found = DatabaseStatus.ask(other, within: .milliseconds(250))
      if await writer.role != nil { return "writer" }
      return await found.role != nil ? "other" : "none"
    }
    return await writer.role != nil ? "writer" : "none"
  }
}
