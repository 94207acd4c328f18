import Glibc

/// Ours and PostgreSQL's own, in turns.
struct ReplicationTrials {
  let bench: ReplicationBench
  let ours: ReplicationPair
  let native: ReplicationPair
  let script: String
  let scratch: Scratch
  let progress: (String) -> Void

  private static let clients = 6

  // MARK: - Catching up

  func catchUps() throws -> [Figure] {
    let count = bench.transactions / Self.clients
    let small = try rounds("catch-up of small transactions") { pair in
      try pair.catchUp {
        try pair.source.pgbench(["-f", script, "-c", String(Self.clients), "-t", String(count)])
      }
    }
    let insert = try rounds("one bulk insert") { pair in
      try pair.source.write([ReplicationSchema.bulkDelete])
      return try pair.catchUp { try pair.source.write([ReplicationSchema.bulkInsert(bench.rows)]) }
    }
    let update = try rounds("one bulk update") { pair in
      try pair.catchUp { try pair.source.write([ReplicationSchema.bulkUpdate]) }
    }
    for side in [ours, native].flatMap({ [$0.source, $0.target] }) { try side.vacuum(automaticAfterwards: true) }
    let transactions = Double(count * Self.clients)
    return [
      rate("catch-up of \(count * Self.clients) small transactions", transactions, small, aim: .ratioAtLeast(2)),
      load("  the source's server for them", small, \.sourceCPUSeconds),
      load("  the target's server for them", small, \.targetCPUSeconds),
      rate("one transaction inserts \(bench.rows) rows", Double(bench.rows), insert, aim: .ratioAtLeast(1.5)),
      load("  the source's server for them", insert, \.sourceCPUSeconds),
      load("  the target's server for them", insert, \.targetCPUSeconds),
      rate("one transaction updates \(bench.rows) rows", Double(bench.rows), update, aim: .ratioAtLeast(1.5)),
      load("  the source's server for them", update, \.sourceCPUSeconds),
      load("  the target's server for them", update, \.targetCPUSeconds),
    ]
  }

  private typealias Both = (ours: [ReplicationPair.CatchUp], native: [ReplicationPair.CatchUp])

  private func rounds(
    _ name: String, _ body: (ReplicationPair) throws -> ReplicationPair.CatchUp
  ) throws -> Both {
    var both: Both = ([], [])
    for round in 1...bench.rounds {
      progress("replication: \(name), round \(round) of \(bench.rounds)")
      both.ours.append(try body(ours))
      both.native.append(try body(native))
    }
    return both
  }

  private func rate(_ name: String, _ count: Double, _ both: Both, aim: Aim) -> Figure {
    Figure(
      name, "/s", ours: both.ours.map { count / $0.seconds }, peer: both.native.map { count / $0.seconds }, aim: aim)
  }

  private func load(_ name: String, _ both: Both, _ used: (ReplicationPair.CatchUp) -> Double) -> Figure {
    Figure(name, "s of CPU", ours: both.ours.map(used), peer: both.native.map(used))
  }

  // MARK: - Lag

  func lags() throws -> [Figure] {
    progress("replication: lag at rest")
    let idle = try [ours, native].map { try $0.lag(seconds: 5, gapMilliseconds: 25) }
    var (lags, loads): ([ReplicationPair.Lag], [Double]) = ([], [])
    for pair in [ours, native] {
      progress("replication: peak load")
      let peak = try pair.source.pgbench(["-f", script, "-c", String(Self.clients), "-T", "5"])
      try pair.receiver.drain()
      progress("replication: lag at half of the peak, \(Int(peak / 2)) transactions a second")
      let load = try Child(
        [
          try Programs.postgres("pgbench"), "-n", "-h", pair.source.address, "-U", BenchCluster.user, "-f", script,
          "-c", String(Self.clients), "-R", String(Int(peak / 2)), "-T", String(bench.seconds + 2),
          BenchCluster.database,
        ], files: .log(scratch.file("load.log")))
      usleep(1_000_000)
      let before = try pair.source.senderCPUSeconds()
      lags.append(try pair.lag(seconds: bench.seconds, gapMilliseconds: 50))
      loads.append((try pair.source.senderCPUSeconds() - before) / Double(bench.seconds) * 100)
      load.wait()
    }
    return [
      Figure("lag at rest, p50", "ms", ours: [idle[0].p50], peer: [idle[1].p50]),
      Figure("lag at rest, p99", "ms", ours: [idle[0].p99], peer: [idle[1].p99]),
      Figure("lag at half of the peak load, p50", "ms", ours: [lags[0].p50], peer: [lags[1].p50]),
      Figure("lag at half of the peak load, p99", "ms", ours: [lags[0].p99], peer: [lags[1].p99], aim: .ours(500)),
      Figure("  the source's sender meanwhile", "% of a core", ours: [loads[0]], peer: [loads[1]]),
    ]
  }

  // MARK: - Backlog

  /// Memory of our process while it works off a backlog.
  func backlog() throws -> (figures: [Figure], notes: [String]) {
    let wanted = bench.backlogGigabytes
    guard wanted > 0 else { return ([], ["memory with a backlog was left out"]) }
    // The log at the source, what the target writes of it (max_wal_size), and the tables meanwhile.
    let room = try freeGigabytes()
    guard room > Double(wanted) + 12 else {
      let note = "memory with a backlog of \(wanted) GB was left out: it takes \(wanted + 12) GB of disk in /tmp, "
      return ([], [note + "where \(Int(room)) are free; --backlog-gigabytes makes it smaller"])
    }
    guard let receiver = ours.receiver as? OwnReceiver else { return ([], []) }
    try receiver.drain()
    try receiver.stop()
    let before = try ours.source.value("SELECT pg_current_wal_lsn()")
    for gigabyte in 1...wanted {
      progress("replication: writing a backlog, \(gigabyte) of \(wanted) GB")
      try ours.source.write([ReplicationSchema.wideGigabyte])
    }
    let size = Double(try ours.source.value("SELECT pg_current_wal_lsn() - '\(before)'::pg_lsn")) ?? 0
    progress("replication: working the backlog off")
    let mark = try receiver.mark()
    let begun = ContinuousClock.now
    try receiver.start()
    try ours.target.wait(for: mark)
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    let peak = receiver.usage?.peakMegabytes ?? 0
    let gigabytes = size / 1_000_000_000
    return (
      [
        Figure(
          "memory with \(NumberText.of(gigabytes)) GB of log in arrears", "MB", ours: [peak], aim: .ours(256)),
        Figure("  its rate", "MB of log/s", ours: [size / 1e6 / seconds]),
      ], []
    )
  }

  private func freeGigabytes() throws -> Double {
    var status = statvfs()
    guard statvfs("/tmp", &status) == 0 else { throw BenchError("/tmp: \(String(cString: strerror(errno)))") }
    return Double(status.f_bavail) * Double(status.f_frsize) / 1e9
  }
}
