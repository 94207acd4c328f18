/// A source and a target with a receiver, alone on their servers.
final class ReplicationPair {
  let source: BenchCluster
  let target: BenchCluster
  let receiver: any Receiver
  private let scratch: Scratch

  /// - Parameter host: the last octet of the source's address, 127.26.16.x; the target has the next.
  init(
    host: Int, scratch: Scratch, _ makeReceiver: (BenchCluster, BenchCluster, Scratch) -> any Receiver
  ) throws {
    source = try BenchCluster(address: "127.26.16.\(host)", scratch: scratch)
    target = try BenchCluster(address: "127.26.16.\(host + 1)", scratch: scratch)
    self.scratch = scratch
    for side in [source, target] { try side.write(ReplicationSchema.tables) }
    try source.write(ReplicationSchema.rows)
    receiver = makeReceiver(source, target, scratch)
    try receiver.begin()
  }

  /// What it took to bring over what was written while nobody received.
  struct CatchUp {
    var seconds: Double
    var sourceCPUSeconds: Double
    var targetCPUSeconds: Double
  }

  func catchUp(after write: () throws -> Void) throws -> CatchUp {
    try receiver.drain()
    // The log since the last checkpoint is read again: what is measured begins with one.
    for side in [source, target] {
      try side.vacuum(automaticAfterwards: false)
      try side.execute("CHECKPOINT")
    }
    try receiver.drain()
    try receiver.stop()
    try write()
    let mark = try receiver.mark()
    for side in [source, target] { try side.execute("CHECKPOINT") }
    let before = (source: source.cpuSeconds(), target: target.cpuSeconds())
    let begun = ContinuousClock.now
    try receiver.start()
    try target.wait(for: mark)
    return CatchUp(
      seconds: (ContinuousClock.now - begun) / .seconds(1), sourceCPUSeconds: source.cpuSeconds() - before.source,
      targetCPUSeconds: target.cpuSeconds() - before.target)
  }

  /// A row's way from its commit to the target, in milliseconds.
  struct Lag {
    var p50: Double
    var p99: Double
    var greatest: Double
  }

  func lag(seconds: Int, gapMilliseconds: Int) throws -> Lag {
    let count = seconds * 1000 / gapMilliseconds
    let writer = try Child(
      [
        try Programs.postgres("psql"), "-h", source.address, "-U", BenchCluster.user, "-d", BenchCluster.database, "-X",
        "-c", ReplicationSchema.heartbeats(count: count, gapMilliseconds: gapMilliseconds),
      ], files: .log(scratch.file("beats.log")))
    let arguments = ReplicationSchema.heartbeatAges(seconds: Double(seconds)).flatMap { ["-c", $0] }
    let output = try Tool.output(
      [
        try Programs.postgres("psql"), "-h", target.address, "-U", "postgres", "-d", BenchCluster.database, "-AtqX",
      ] + arguments, log: scratch.file("ages.log"))
    writer.wait()
    let numbers = output.split(separator: "\n").last?.split(separator: "|").compactMap { Double($0) } ?? []
    guard numbers.count == 3 else { throw BenchError("no heartbeat reached the target: \(output)") }
    return Lag(p50: numbers[0], p99: numbers[1], greatest: numbers[2])
  }
}
