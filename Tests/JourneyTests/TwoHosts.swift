import FoundationEssentials
import JournalAdapter
import Operations
import TestSupport
import Testing

/// Two hosts of one service, as on two machines: each has a journal and a control socket of its own, and a lease in
/// etcd says which of them moves levers.
final class TwoHosts: Sendable {
  /// A host with its own files.
  struct Station: Sendable {
    let configuration: String
    let journal: SQLiteJournal
    let process: ChildProcess
  }

  let base: ReplicationJourney
  let witness: EtcdServer
  /// The first one's way to the witness.
  let way: NetworkProxy
  /// The first one's way to azure's database.
  let databaseWay: NetworkProxy
  /// The first one's way to the name server's API.
  let nameWay: NetworkProxy
  private let databasePort: Int
  private let nameURL: String

  private static let detourPort = 15_432

  init(_ base: ReplicationJourney) async throws {
    self.base = base
    nameURL = try await base.nameServerURL()
    let (host, port) = try Self.place(of: nameURL)
    nameWay = NetworkProxy(address: host, port: Self.detourPort, upstream: (address: host, port: port))
    let database = base.database(at: 1)
    databasePort = database.port
    // At the database's own address, which is what its certificate names.
    databaseWay = NetworkProxy(
      address: database.host, port: Self.detourPort, upstream: (address: database.host, port: database.port))
    witness = await EtcdServer.started("127.29.2.1")
    way = NetworkProxy(
      address: "127.29.2.2", port: EtcdServer.port, upstream: (address: witness.address, port: EtcdServer.port))
  }

  /// The host whose ways the test can cut.
  func first() throws -> Station {
    try station("first", witness: way.address) { text in
      let port = "port: \(databasePort)\n"
      guard let last = text.ranges(of: port).last else { return text }
      let detour = String(text[..<last.lowerBound]) + "port: \(Self.detourPort)\n" + text[last.upperBound...]
      let (host, _) = (try? Self.place(of: nameURL)) ?? ("", 0)
      return detour.replacing(
        "url: \(nameURL)\n", with: "url: https://\(host):\(Self.detourPort)\n    timeout: 30s\n")
    }
  }

  func second() throws -> Station { try station("second", witness: witness.address) { $0 } }

  /// `https://127.0.0.1:8443`
  private static func place(of url: String) throws -> (host: String, port: Int) {
    let parts = url.split(separator: "/").last?.split(separator: ":") ?? []
    return (String(try #require(parts.first)), try #require(parts.last.flatMap { Int($0) }))
  }

  private func station(
    _ name: String, witness address: String, _ change: (String) -> String
  ) throws -> Station {
    let path = "\(base.lab.directory.path)/\(name)"
    let lab = try String(contentsOfFile: base.lab.configuration, encoding: .utf8)
    let text =
      lab.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.hasPrefix("control-socket:")
          ? "control-socket: \(path).socket" : line.hasPrefix("journal:") ? "journal: \(path).sqlite" : String(line)
      }.joined(separator: "\n") + """

        lease:
          etcd: {endpoints: ["http://\(address):\(EtcdServer.port)"], ttl: 3s, lock-delay: 1s, timeout: 500ms}

        """
    try change(text).write(to: URL(filePath: "\(path).yaml"), atomically: true, encoding: .utf8)
    let process = ChildProcess([Program.signalbox, "run", "--config", "\(path).yaml"], log: "\(path).log")
    return Station(
      configuration: "\(path).yaml", journal: try SQLiteJournal(path: "\(path).sqlite"), process: process)
  }

  func run(_ words: String..., at station: Station) async -> (status: Int32, output: String) {
    await Program.run([Program.signalbox] + words + ["--config", station.configuration])
  }
}
