internal import HTTPAdapter
public import LocalCloud
internal import Operations
internal import Synchronization
internal import TestSupport

/// A real HAProxy in front of scripted servers, with its statistics over TLS and a password.
public final class BalancerFixture: Sendable {
  private static let certificates = Certificates()
  public static let password = "st4ts"

  public let frontPort = Loopback.freePort()
  public let statisticsPort = Loopback.freePort()
  private let adminPort = Loopback.freePort()
  private let directory = TemporaryDirectory("signalbox-haproxy")
  private let process = Mutex<ChildProcess?>(nil)

  /// - Parameter servers: lines of the backend `app`.
  public init(servers: [String]) async {
    let configuration = """
      global
        log stderr local0
        stats socket 127.0.0.1:\(adminPort) level admin
      defaults
        mode http
        timeout connect 10s
        timeout check 10s
        timeout client 5s
        timeout server 5s
      frontend users
        bind 127.0.0.1:\(frontPort)
        default_backend app
      frontend statistics
        bind 127.0.0.1:\(statisticsPort) ssl crt \(Self.certificates.server) ssl-min-ver TLSv1.3
        stats enable
        stats show-legends
        stats uri /
        stats auth stats:\(Self.password)
      backend app
        option httpchk GET /health
        default-server inter 50ms fall 2 rise 1
        \(servers.joined(separator: "\n  "))

      """
    directory.write(configuration, to: "haproxy.cfg")
    await start()
  }

  /// Starts it, anew after ``stop()``.
  public func start() async {
    let started = ChildProcess(
      ["haproxy", "-db", "-f", "\(directory.path)/haproxy.cfg"], log: "\(directory.path)/log")
    process.withLock { $0 = started }
    let port = statisticsPort
    let isUp = await eventually { Loopback.accepts(port) }
    precondition(isUp, started.output)
  }

  public func stop() {
    process.withLock { process in
      process?.stop()
      process = nil
    }
  }

  /// Tells it something as an operator would: `set server app/one state drain`.
  public func administer(_ command: String) {
    let answer = PlainExchange.send("\(command)\n", to: "127.0.0.1", port: adminPort)
    precondition(answer.allSatisfy(\.isWhitespace), answer)
  }

  public func observer(
    backend: String = "app", password: String = BalancerFixture.password, path: String = "/;csv"
  ) throws -> HAProxyObserver {
    HAProxyObserver(
      url: "https://127.0.0.1:\(statisticsPort)\(path)", backend: backend,
      credentials: .init(user: "stats", password: Secret(password)),
      certificateAuthorityFile: Self.certificates.authority, client: try HTTPClient())
  }
}
