import FailoverEngine
import FoundationEssentials
import Host
import Operations
import Simulation

/// A host over a simulated world, with a journal and a control socket of the test's own.
struct SimulatedHost {
  let host: Host
  let recordSet: SimulatedRecordSet
  let answers: SimulatedAnswers
  let health: SimulatedHealth
  let journal: MemoryJournal
  let lease: any LeasePort
  let directory: URL

  static let aws = CloudID("aws")
  static let azure = CloudID("azure")

  static func weights(_ aws: Int, _ azure: Int) -> Weights { Weights([(Self.aws, aws), (Self.azure, azure)]) }

  /// - Parameter lease: a lock of the test's own without.
  init(
    minimumInterval: Duration = .zero, ttl: Duration = .zero, lease: (any LeasePort)? = nil,
    recordSetInterval: Duration = .milliseconds(20)
  ) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "sbx-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    recordSet = SimulatedRecordSet(weights: Self.weights(50, 50))
    answers = SimulatedAnswers(of: recordSet, seed: 42)
    health = SimulatedHealth([Self.aws, Self.azure], clock: SystemWallClock())
    journal = MemoryJournal()
    self.lease = lease ?? LeaseLock(beside: directory.appending(path: "journal").path)
    var settings = HostSettings(
      service: "app.example.test", recordSetName: "app.example.test", ttl: ttl, automation: .manual,
      weights: WeightsSettings(minimumInterval: minimumInterval, headroom: 0.1), holder: "kit@ops1 pid 1")
    settings.observationInterval = .milliseconds(20)
    settings.recordSetInterval = recordSetInterval
    host = Host(
      settings: settings,
      parts: HostParts(
        journal: journal, lease: self.lease, recordSet: recordSet, sampler: answers, health: health,
        clouds: [
          .init(id: Self.aws, region: "eu-west-1"), .init(id: Self.azure, region: "westeurope"),
        ], wallClock: SystemWallClock(), clock: ContinuousClock()))
  }

  var socket: String { directory.appending(path: "s").path }

  /// Waits until a snapshot is as wanted.
  func snapshot(where isWanted: @Sendable (Snapshot) -> Bool) async -> Snapshot? {
    for await snapshot in await host.snapshots() where isWanted(snapshot) { return snapshot }
    return nil
  }

  func start() async {
    await host.start()
    _ = await snapshot { $0.recordSet.configured != nil && $0.recordSet.authoritative != nil && $0.lease.heldHere }
  }

  func end() async {
    await host.stop()
    try? FileManager.default.removeItem(at: directory)
  }
}
