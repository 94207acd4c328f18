import Glibc

/// Signalbox's link, in a process of its own.
final class OwnReceiver: Receiver {
  let source: BenchCluster
  let target: BenchCluster
  private let log: String
  private var process: Child?
  /// Of those that have ended, in seconds and megabytes.
  private(set) var peakMegabytes = 0.0

  init(source: BenchCluster, target: BenchCluster, scratch: Scratch) {
    self.source = source
    self.target = target
    log = scratch.file("own-link.log")
  }

  var usage: ProcessUsage? { process?.usage }

  func begin() throws {
    try start()
    try drain()
  }

  func start() throws { process = try Child(command(until: "forever"), files: .log(log)) }

  func stop() throws {
    peakMegabytes = usage?.peakMegabytes ?? 0
    process?.end(SIGTERM)
    process = nil
    try source.waitUntilNobodyReceives()
  }

  /// Makes the link and copies what is there, to the end.
  func copyBaseline() throws { _ = try Tool.run(try command(until: "copied"), log: log) }

  private func command(until end: String) throws -> [String] {
    [
      try Programs.this(), "own-link", "--source", source.address, "--target", target.address, "--until", end,
    ]
  }
}
