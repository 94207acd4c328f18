import Glibc

/// The copy of everything, ours and `pg_dump | pg_restore`, and what it takes to bring one row in a hundred over.
struct CopyTrials {
  let bench: ReplicationBench
  let scratch: Scratch
  let progress: (String) -> Void

  func figures() throws -> [Figure] {
    let source = try BenchCluster(address: "127.26.16.5", scratch: scratch)
    let target = try BenchCluster(address: "127.26.16.6", scratch: scratch)
    progress("replication: making \(bench.scale * 100_000) rows")
    try source.pgbench(["-i", "-q", "-s", String(bench.scale)])
    // Without a key; and it is empty.
    for table in ["pgbench_history", "pgbench_tellers", "pgbench_branches"] {
      try source.write(["DROP TABLE \(table)"])
    }
    try source.write([ReplicationSchema.marks])
    let rows = Double(bench.scale * 100_000)
    var (ours, peer, changed): ([Double], [Double], [Double]) = ([], [], [])
    for round in 1...bench.rounds {
      progress("replication: copies of everything, round \(round) of \(bench.rounds)")
      try empty(target)
      peer.append(try seconds { try dumpAndRestore(source, target, options: "") })
      try empty(target)
      // The tables as an operator makes them before the first copy: with all their constraints.
      try dumpAndRestore(source, target, options: "--schema-only")
      for side in [source, target] { try side.execute("CHECKPOINT") }
      let link = OwnReceiver(source: source, target: target, scratch: scratch)
      ours.append(try seconds { try link.copyBaseline() })
      try link.start()
      try link.drain()
      try link.stop()
      try source.write(["UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid % 100 = \(round)"])
      let mark = try link.mark()
      changed.append(
        try seconds {
          try link.start()
          try target.wait(for: mark)
        })
      try link.stop()
      try forget(source)
    }
    return [
      Figure(
        "copy of \(Int(rows)) rows, data and indexes", "rows/s", ours: ours.map { rows / $0 },
        peer: peer.map { rows / $0 }, aim: .ratioAtLeast(1.3)),
      Figure(
        "in step after 1 % of them changed, the link's start included, beside the copy of everything",
        "times a second", ours: changed.map { 1 / $0 }, peer: peer.map { 1 / $0 }),
    ]
  }

  func seconds(_ body: () throws -> Void) throws -> Double {
    let begun = ContinuousClock.now
    try body()
    return (ContinuousClock.now - begun) / .seconds(1)
  }

  func dumpAndRestore(_ source: BenchCluster, _ target: BenchCluster, options: String) throws {
    let shell = """
      \(try Programs.postgres("pg_dump")) -Fc \(options) -n public -h \(source.address) -U \(BenchCluster.user) \
      \(BenchCluster.database) | \(try Programs.postgres("pg_restore")) --no-owner --clean --if-exists \
      -h \(target.address) -U \(BenchCluster.user) -d \(BenchCluster.database)
      """
    _ = try Tool.run(["/bin/sh", "-c", shell], log: scratch.file("copy.log"))
  }

  private func empty(_ target: BenchCluster) throws {
    try target.execute(
      """
      DROP TABLE IF EXISTS pgbench_accounts, mark;
      DROP SCHEMA IF EXISTS signalbox CASCADE;
      CHECKPOINT
      """)
  }

  /// Takes away what a link left at the source.
  func forget(_ source: BenchCluster) throws {
    try source.execute(
      """
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots;
      DROP SCHEMA IF EXISTS signalbox CASCADE;
      DROP PUBLICATION IF EXISTS signalbox_source_target
      """)
  }
}
