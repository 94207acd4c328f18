import Operations

@testable import PostgresReplication

/// Two databases, both written, and the link of each direction.
struct LinkPair {
  var bench: LinkBench
  var there: RunningLink
  var back: RunningLink

  /// - Parameter target: the target's tables, where they are not as the source's.
  init(_ schema: String, target: String? = nil, traps: ApplyTraps = []) async throws {
    bench = try await LinkBench(target == nil ? schema : "")
    if let target {
      try await bench.onSource("SET ROLE app; \(schema)")
      try await bench.onTarget("SET ROLE app; \(target)")
    }
    bench.settings.mode = .streamBoth
    bench.settings.traps = traps
    there = try await RunningLink.start(bench.settings)
    back = try await RunningLink.start(bench.settings.reversed)
  }

  func drain() async throws {
    // What one brings, the other drops: once through each is enough.
    try await there.drain(bench)
    try await back.drain(bench, atTarget: true)
  }

  func stop() async {
    await there.stop()
    await back.stop()
  }

  func start() {
    there.start()
    back.start()
  }

  func both(_ sql: String) async throws -> (source: [String], target: [String]) {
    (try await bench.atSource(sql), try await bench.atTarget(sql))
  }

  /// Kind, key and the discarded row of every conflict that either side logged.
  func conflicts() async throws -> [String] {
    let sql = "SELECT format('%s %s %s', kind, key, discarded_row) FROM signalbox.conflict"
    let logs = try await both(sql)
    return (logs.source + logs.target).sorted()
  }
}
