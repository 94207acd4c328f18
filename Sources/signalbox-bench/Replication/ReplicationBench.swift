import ArgumentParser
import Glibc

/// Replication beside PostgreSQL's own and beside the copy of everything.
struct ReplicationBench: ParsableCommand, Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "replication", abstract: "Catch-up, bulk, baseline, lag and memory, beside PostgreSQL's own.")

  @OptionGroup var output: ReportOptions
  @Option(help: "Small transactions to catch up with.") var transactions = 60_000
  @Option(help: "Rows of one large transaction.") var rows = 1_000_000
  @Option(help: "pgbench's scale for the copy of everything: 100,000 rows each.") var scale = 20
  @Option(help: "Rows of the web application's largest table.") var tasks = 1_000_000
  @Option(help: "Seconds of load for the lag.") var seconds = 20
  @Option(help: "Gigabytes of log to have in arrears; 0 leaves that out.") var backlogGigabytes = 10
  @Option(help: "Rounds; each measures both.") var rounds = 3
  @Flag(help: "Only catching up and the copies, without lag and memory.") var brief = false

  func validate() throws {
    guard (1...100).contains(rounds) else { throw ValidationError("--rounds: not between 1 and 100") }
    guard (6...10_000_000).contains(transactions) else {
      throw ValidationError("--transactions: not between 6 and 10000000")
    }
    guard (1...100_000_000).contains(rows) else { throw ValidationError("--rows: not between 1 and 100000000") }
    guard (1...1000).contains(scale) else { throw ValidationError("--scale: not between 1 and 1000") }
    guard (100...100_000_000).contains(tasks) else {
      throw ValidationError("--tasks: not between 100 and 100000000")
    }
    guard (2...600).contains(seconds) else { throw ValidationError("--seconds: not between 2 and 600") }
    guard (0...1000).contains(backlogGigabytes) else {
      throw ValidationError("--backlog-gigabytes: not between 0 and 1000")
    }
  }

  func run() throws {
    try output.print { [try measure(progress: output.progress)] }
  }

  func measure(progress: (String) -> Void) throws -> Section {
    try withoutActuallyEscaping(progress) { try section(progress: $0) }
  }

  private func section(progress: @escaping (String) -> Void) throws -> Section {
    let scratch = try Scratch()
    let copies = CopyTrials(bench: self, scratch: scratch, progress: progress)
    let script = try scratch.write(ReplicationSchema.smallTransactions, to: "small.sql")
    progress("replication: making four clusters")
    let ours = try ReplicationPair(host: 1, scratch: scratch) { OwnReceiver(source: $0, target: $1, scratch: $2) }
    let native = try ReplicationPair(host: 3, scratch: scratch) { source, target, _ in
      NativeReceiver(source: source, target: target)
    }
    let trials = ReplicationTrials(
      bench: self, ours: ours, native: native, script: script, scratch: scratch, progress: progress)
    var figures = try trials.catchUps()
    var notes: [String] = []
    if brief {
      notes.append("lag and memory were left out")
    } else {
      figures += try trials.lags()
      let backlog = try trials.backlog()
      figures += backlog.figures
      notes += backlog.notes
    }
    figures += try copies.figures()
    figures += try ApplicationTrials(bench: self, copies: copies, scratch: scratch, progress: progress).figures()
    return Section(
      name: "replication",
      method: "fresh clusters with 256 MB of shared buffers and fsync, everything on this machine; \(rounds) rounds in "
        + "turns; the link is a process of its own, and its start is counted; before each round of "
        + "catching up the tables are vacuumed and the log so far is passed, and no server vacuums by itself meanwhile",
      peer: "PostgreSQL 15's own subscription; for copies pg_dump -Fc | pg_restore", figures: figures,
      notes: notes)
  }
}
