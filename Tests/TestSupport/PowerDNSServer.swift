/// A PowerDNS authoritative server of a test's own, with its HTTP API.
public final class PowerDNSServer: Sendable {
  public static let apiKey = "test-key"

  public let port: Int
  public let apiPort: Int
  public var server: String { "127.0.0.1:\(port)" }
  public var apiURL: String { "http://127.0.0.1:\(apiPort)" }

  private let directory = TemporaryDirectory("signalbox-pdns")
  private let process: ChildProcess

  /// Serves the zone `example.test`, empty but for its SOA and NS.
  public init() async {
    port = Loopback.freePort()
    apiPort = Loopback.freePort()
    let path = directory.path
    let zone = """
      insert into domains (name, type) values ('example.test', 'NATIVE');
      insert into records (domain_id, name, type, content, ttl) values
        (1, 'example.test', 'SOA', 'ns.example.test hostmaster.example.test 1 60 60 60 5', 5),
        (1, 'example.test', 'NS', 'ns.example.test', 60),
        (1, 'plain.example.test', 'A', '192.0.2.1', 60),
        (1, 'alias.example.test', 'CNAME', 'plain.example.test', 60);
      """
    let long = (0..<200).map {
      "insert into records (domain_id, name, type, content, ttl) values (1, 'long.example.test', 'TXT', '\"text \($0)\"', 5);"
    }
    let sql = directory.write(zone + long.joined(separator: "\n"), to: "zone.sql")
    let schema = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"
    let made = ChildProcess.run(["sh", "-c", "cat \(schema) \(sql) | sqlite3 \(path)/pdns.sqlite3"])
    precondition(made.status == 0, made.output)
    let settings = [
      "launch": "gsqlite3", "gsqlite3-database": "\(path)/pdns.sqlite3", "local-address": "127.0.0.1",
      "local-port": "\(port)", "socket-dir": path, "daemon": "no", "guardian": "no", "api": "yes",
      "api-key": Self.apiKey, "webserver": "yes", "webserver-address": "127.0.0.1", "webserver-port": "\(apiPort)",
      "webserver-allow-from": "127.0.0.0/8", "enable-lua-records": "yes", "cache-ttl": "0", "query-cache-ttl": "0",
      "negquery-cache-ttl": "0", "zone-cache-refresh-interval": "0", "security-poll-suffix": "",
      "disable-syslog": "yes", "config-dir": path,
    ]
    directory.write(settings.map { "\($0)=\($1)\n" }.joined(), to: "pdns.conf")
    process = ChildProcess(["pdns_server", "--config-dir=\(path)"], log: "\(path)/log")
    let (port, apiPort) = (port, apiPort)
    let isUp = await eventually { Loopback.accepts(apiPort) && Loopback.accepts(port) }
    precondition(isUp, process.output)
  }

  public func stop() { process.stop() }

  /// Changes the zone behind the API's back, as a hand would.
  public func execute(_ sql: String) {
    let result = ChildProcess.run(["sqlite3", "-cmd", ".timeout 5000", "\(directory.path)/pdns.sqlite3", sql])
    precondition(result.status == 0, result.output)
  }
}
