import HTTPAdapter
import LocalCloud
import Operations
import TestSupport

/// A real HAProxy in front of scripted servers, with its statistics over TLS and a password.
final class BalancerFixture: Sendable {
  static let certificates = Certificates()
  static let password = "st4ts"

  let frontPort = Loopback.freePort()
  let statisticsPort = Loopback.freePort()
  private let directory = TemporaryDirectory("signalbox-haproxy")
  private let process: ChildProcess

  /// - Parameter servers: lines of the backend `app`.
  init(servers: [String]) async {
    let configuration = """
      global
        log stderr local0
        stats socket \(directory.path)/api mode 600 level admin
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
    let file = directory.write(configuration, to: "haproxy.cfg")
    process = ChildProcess(["haproxy", "-db", "-f", file], log: "\(directory.path)/log")
    let port = statisticsPort
    let isUp = await eventually { Loopback.accepts(port) }
    precondition(isUp, process.output)
  }

  func observer(
    backend: String = "app", password: String = BalancerFixture.password, path: String = "/;csv"
  ) throws -> HAProxyObserver {
    HAProxyObserver(
      url: "https://127.0.0.1:\(statisticsPort)\(path)", backend: backend,
      credentials: .init(user: "stats", password: Secret(password)),
      certificateAuthorityFile: Self.certificates.authority, client: try HTTPClient())
  }
}
