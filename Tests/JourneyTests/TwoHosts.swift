import FoundationEssentials
import Glibc
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
    fileprivate let pidFile: String

    func signal(_ number: Int32) throws {
      let text = try String(contentsOfFile: pidFile, encoding: .utf8)
      let pid = try #require(pid_t(text.prefix { $0 != "\n" }))
      try #require(kill(pid, number) == 0)
    }
  }

  let base: ReplicationJourney
  let witness: EtcdServer
  /// The first one's way to the witness.
  let way: NetworkProxy

  init(_ base: ReplicationJourney) async {
    self.base = base
    witness = await EtcdServer.started("127.29.2.1")
    way = NetworkProxy(
      address: "127.29.2.2", port: EtcdServer.port, upstream: (address: witness.address, port: EtcdServer.port))
  }

  func station(_ name: String, witness address: String) throws -> Station {
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
    try text.write(to: URL(filePath: "\(path).yaml"), atomically: true, encoding: .utf8)
    let process = ChildProcess(
      [
        "sh", "-c", "echo $$ >\(path).pid; exec \"$@\"", "host", Program.signalbox, "run", "--config", "\(path).yaml",
      ], log: "\(path).log")
    return Station(
      configuration: "\(path).yaml", journal: try SQLiteJournal(path: "\(path).sqlite"), process: process,
      pidFile: "\(path).pid")
  }

  func run(_ words: String..., at station: Station) async -> (status: Int32, output: String) {
    await Program.run([Program.signalbox] + words + ["--config", station.configuration])
  }
}
