import Glibc
import Synchronization

/// A member of etcd on a loopback address of its own.
public final class EtcdServer: Sendable {
  public static let port = 2379

  public let address: String
  public var url: String { "\(isSecure ? "https" : "http")://\(address):\(Self.port)" }

  private let isSecure: Bool
  private let words: [String]
  private let directory = TemporaryDirectory("signalbox-etcd")
  private let process = Mutex<ChildProcess?>(nil)

  /// - Parameters:
  ///   - address: of 127.0.0.0/8, and of nobody else.
  ///   - members: the addresses of its whole cluster; itself alone without.
  ///   - certificates: for TLS towards clients.
  ///   - asksForCertificates: whether a client must show a certificate of the same authority.
  public init(
    address: String, members: [String]? = nil, certificates: Certificates? = nil, asksForCertificates: Bool = false
  ) {
    self.address = address
    isSecure = certificates != nil
    let client = "\(certificates == nil ? "http" : "https")://\(address):\(Self.port)"
    let peers = (members ?? [address]).map { "\($0)=http://\($0):2380" }.joined(separator: ",")
    var words = [
      "etcd", "--name", address, "--data-dir", "\(directory.path)/data", "--listen-client-urls", client,
      "--advertise-client-urls", client, "--listen-peer-urls", "http://\(address):2380",
      "--initial-advertise-peer-urls", "http://\(address):2380", "--initial-cluster", peers,
      "--listen-metrics-urls", "http://\(address):2381",
      "--initial-cluster-token", members?.joined(separator: "-") ?? address, "--unsafe-no-fsync",
      "--heartbeat-interval", "50", "--election-timeout", "500",
    ]
    if let certificates { words += ["--cert-file", certificates.server, "--key-file", certificates.server] }
    if let certificates, asksForCertificates {
      words += ["--client-cert-auth", "--trusted-ca-file", certificates.authority]
    }
    self.words = words
  }

  /// Starts it, or starts it again with the data that it has.
  public func start() {
    let log = "\(directory.path)/log"
    let child = ChildProcess(["sh", "-c", "echo $$ > \(directory.path)/pid; exec \"$@\"", "etcd"] + words, log: log)
    process.withLock { $0 = child }
  }

  /// Whether it takes part in a cluster that has a leader, as its own health check has it.
  public func isHealthy() -> Bool {
    PlainExchange.send("GET /health HTTP/1.0\r\n\r\n", to: address, port: 2381).contains(#""health":"true""#)
  }

  /// Ends it as a power cut would.
  public func kill() {
    thaw()
    process.withLock { $0 }?.stop()
  }

  public func freeze() {
    // One that goes on would be taken for one that does not.
    precondition(signal(SIGSTOP), "etcd at \(address) cannot be frozen")
  }

  public func thaw() { _ = signal(SIGCONT) }

  /// - Returns: whether it got there.
  private func signal(_ number: Int32) -> Bool {
    guard let pid = text(of: "\(directory.path)/pid").split(separator: "\n").first.flatMap({ pid_t($0) }) else {
      return false
    }
    return Glibc.kill(pid, number) == 0
  }

  /// One that is up, alone in its cluster.
  public static func started(
    _ address: String, certificates: Certificates? = nil, asksForCertificates: Bool = false
  ) async -> EtcdServer {
    let server = EtcdServer(
      address: address, certificates: certificates, asksForCertificates: asksForCertificates)
    server.start()
    let isUp = await eventually { server.isHealthy() }
    precondition(isUp, server.process.withLock { $0?.output } ?? "")
    return server
  }
}
