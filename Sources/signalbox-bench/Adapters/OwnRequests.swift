import ArgumentParser
import DNSAdapter
import FoundationEssentials
import HTTPAdapter
import Operations
import PostgresAdapter

/// Sends requests one after the other, through one of the adapters.
struct OwnRequests: ParsableCommand {
  enum Kind: String, ExpressibleByArgument {
    case http, dns, postgres
  }

  static let configuration = CommandConfiguration(commandName: "own-requests", shouldDisplay: false)

  @Option var kind: Kind
  @Option var count: Int
  /// A URL, or the server's ADDRESS:PORT.
  @Option var place: String
  /// DNS: the name. PostgreSQL: the database.
  @Option var name = ""
  @Option var user = ""
  @Option var passwordFile = ""
  @Option var authority = ""

  func run() throws {
    let requests = self
    try blocking {
      switch requests.kind {
      case .http: try await requests.sendHTTP()
      case .dns: try await requests.sendDNS()
      case .postgres: try await requests.sendSQL()
      }
    }
  }

  private func sendHTTP() async throws {
    let client = try HTTPClient()
    for _ in 0..<count {
      let status = try await client.send(HTTPRequest(url: place)).status
      guard status == 200 else { throw BenchError("\(place) answered \(status)") }
    }
  }

  private func sendDNS() async throws {
    let client = DNSClient()
    for _ in 0..<count {
      let answer = try await client.query(name: name, type: .a, server: place, timeout: .seconds(5))
      guard !answer.answers.isEmpty else { throw BenchError("\(name) has no address") }
    }
  }

  private func sendSQL() async throws {
    let parts = place.split(separator: ":")
    let password = try String(contentsOfFile: passwordFile, encoding: .utf8).split(separator: "\n").first.map(
      String.init)
    let settings = PostgresSettings(
      hosts: [.init(String(parts.first ?? ""), port: parts.last.flatMap { Int($0) } ?? 5432)], database: name,
      user: user, password: password.map { Secret($0) }, security: .verifyAuthority(rootCertificateFile: authority))
    let pool = try PostgresPool(settings, limits: PostgresPoolLimits(connections: 1))
    for _ in 0..<count { try await pool.query("SELECT 1", timeout: .seconds(5)) }
  }
}
