import DNSAdapter
import FoundationEssentials
import Glibc
import HTTPAdapter
import Operations
import TestSupport
import Testing

/// A host whose journal lies on a disk that becomes full, and then is not full any more.
@Suite(.timeLimit(.minutes(5))) struct FullDiskJourneyTests {
  /// Two clouds that answer, a name server that weighs them, and a host with its journal on a tiny disk.
  private final class World: Sendable {
    let directory = TemporaryDirectory("sbx-disk")
    let disk: TinyDisk
    let host: ChildProcess
    let isAzureIll = Flag()
    private let names: PowerDNSServer
    private let clouds: [ScriptedServer]
    var configuration: String { "\(directory.path)/signalbox.yaml" }

    init() async throws {
      names = await PowerDNSServer()
      let addresses = [
        (cloud: CloudID("aws"), address: "127.77.1.10"), (cloud: CloudID("azure"), address: "127.77.2.10"),
      ]
      let provider = PowerDNSProvider(
        settings: PowerDNSSettings(
          url: names.apiURL, zone: "example.test", name: "app.example.test", apiKey: Secret(PowerDNSServer.apiKey),
          timeToLive: .seconds(1), addresses: addresses, timeout: .seconds(10)), client: try HTTPClient())
      try await provider.create(Weights([(CloudID("aws"), 50), (CloudID("azure"), 50)]))
      let isAzureIll = isAzureIll
      clouds = [false, true].map { mayBeIll in
        ScriptedServer { connection in
          while !connection.readRequest().isEmpty {
            connection.answer(mayBeIll && isAzureIll.isRaised ? "503 No" : "200 OK", #"{"release":"v1"}"#)
          }
        }
      }
      let path = directory.path
      disk = TinyDisk(at: "\(path)/disk", kilobytes: 512)
      try FileManager.default.createDirectory(atPath: disk.path, withIntermediateDirectories: true)
      directory.write(PowerDNSServer.apiKey, to: "key", mode: 0o600)
      let text = """
        service: app.example.test
        control-socket: \(path)/control.sock
        journal: \(disk.path)/journal.sqlite
        record-set:
          name: app.example.test
          ttl: 1s
          servers: ["\(names.server)"]
          powerdns: {url: "\(names.apiURL)", zone: example.test, api-key: {file: \(path)/key}}
        probing: {interval: 500ms, timeout: 400ms}
        clouds:
          - {id: aws, address: 127.77.1.10, url: "\(clouds[0].url)"}
          - {id: azure, address: 127.77.2.10, url: "\(clouds[1].url)"}
        interlocks: {minimum-interval: 1s}

        """
      let file = directory.write(text, to: "signalbox.yaml")
      host = ChildProcess(
        disk.command([Program.signalbox, "run", "--config", file]), log: "\(path)/log", signal: "TERM")
    }

    func signalbox(_ words: String...) async -> (status: Int32, output: String) {
      await Program.run([Program.signalbox] + words + ["--config", configuration])
    }

    /// - Parameter overriding: what the test's own haste would be held by.
    func shift(_ aws: Int, _ azure: Int) async -> (status: Int32, output: String) {
      await signalbox(
        "weights", "set", "aws=\(aws)", "azure=\(azure)", "--yes", "--override", "too-soon", "--override",
        "stale-observations", "--override", "capacity")
    }

    func status() async throws -> Status {
      let result = await signalbox("status", "--format", "json")
      try #require(result.status == 0, "\(result.output) \(host.output)")
      return try JSONDecoder().decode(Status.self, from: Data(result.output.utf8))
    }
  }

  private struct Status: Decodable {
    struct Cloud: Decodable {
      struct Weight: Decodable { var configured: Int? }
      var health: String
      var weight: Weight
    }

    struct Lever: Decodable {
      struct Hold: Decodable { var name: String }
      var holds: [Hold]
    }

    var clouds: [Cloud]
    var levers: [Lever]

    var weights: [Int?] { clouds.map(\.weight.configured) }
    var isHeldByTheJournal: Bool {
      !levers.isEmpty && levers.allSatisfy { $0.holds.contains { $0.name == "journal-unwritable" } }
    }
  }

  @Test(
    .enabled(
      if: TinyDisk.isPermitted, "a disk that can be filled is a mount, which needs root and CAP_SYS_ADMIN: NOT TRIED"))
  func leversRefuseWatchingGoesOnAndSpaceIsAllItTakes() async throws {
    let world = try await World()
    let isUp = try await eventually(within: .seconds(60)) {
      guard FileManager.default.fileExists(atPath: "\(world.directory.path)/control.sock") else { return false }
      return try await world.status().clouds.map(\.health) == ["healthy", "healthy"]
    }
    try #require(isUp, "\(world.host.output)")
    let process = try #require(world.disk.process)
    #expect(!FileManager.default.fileExists(atPath: "\(world.disk.path)/journal.sqlite"), "the disk is the host's own")
    let before = await world.shift(60, 40)
    try #require(before.status == 0, "\(before.output)")

    #expect((world.disk.fill() ?? 0) > 0)
    #expect(try await eventually(within: .seconds(60)) { try await world.status().isHeldByTheJournal })
    let refused = await world.shift(70, 30)
    #expect(refused.status == 3, "\(refused.output)")
    #expect(refused.output.contains("journal-unwritable"))
    #expect(refused.output.contains("the disk is full; free space on it"))
    #expect(try await world.status().weights == [60, 40])

    // It goes on to see what happens.
    world.isAzureIll.raise()
    let isSeen = try await eventually(within: .seconds(60)) {
      try await world.status().clouds.map(\.health) == ["healthy", "down"]
    }
    #expect(isSeen)

    #expect(world.disk.free())
    #expect(try await eventually(within: .seconds(60)) { try await !world.status().isHeldByTheJournal })
    let after = await world.shift(70, 30)
    #expect(after.status == 0, "\(after.output)")
    #expect(try await eventually { try await world.status().weights == [70, 30] })
    #expect(world.disk.process == process && kill(process, 0) == 0, "without a restart")
    let verified = await Program.run([
      "nsenter", "--target", "\(process)", "--mount", Program.signalbox, "journal", "verify", "--config",
      world.configuration,
    ])
    #expect(verified.status == 0 && verified.output.hasPrefix("intact: "), "\(verified.output)")
    world.host.stop()
  }
}
