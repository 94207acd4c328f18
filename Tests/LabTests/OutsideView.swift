import DNSAdapter
import FoundationEssentials
import HTTPAdapter
import Lab
import Operations
import TestSupport
import Testing

/// What a user, an operator and a resolver see of a lab.
struct OutsideView: Sendable {
  let status: LabStatus
  let client: HTTPClient

  init(_ lab: RunningLab) async throws {
    status = try await lab.status()
    client = try HTTPClient()
  }

  func cloud(_ id: String) throws -> LabStatus.Cloud { try #require(status.clouds.first { $0.id == id }) }

  /// The answer to a request by the application's name; nil where there is none in time.
  func get(_ path: String, from id: String, timeout: Duration = .seconds(2)) async throws -> HTTPResponse? {
    var request = HTTPRequest(url: "https://app.example.test:8443\(path)")
    request.addressOverrides = [.init(host: "app.example.test", port: 8443, address: try cloud(id).address)]
    request.certificateAuthorityFile = status.certificateAuthority
    request.timeout = timeout
    request.freshConnection = true
    return try? await client.send(request)
  }

  /// The application's address as the authoritative server has it now; nil when the server is silent.
  func resolve() async -> String? {
    let server = "\(status.dns.address):\(status.dns.port)"
    let answer = try? await DNSClient(attempts: 1).query(
      name: status.dns.name, type: .a, server: server, timeout: .milliseconds(500))
    return answer?.answers.first?.address
  }

  /// The status of the DNS API's zone, as one with the key sees it; nil when nothing answers.
  func zoneStatus() async throws -> Int? {
    var request = HTTPRequest(url: "\(status.dns.apiURL)/api/v1/servers/localhost/zones/\(status.dns.zone).")
    let key = try String(contentsOfFile: status.dns.apiKeyFile, encoding: .utf8)
    request.secretHeaders = [("X-API-Key", Secret(String(key.dropLast())))]
    request.certificateAuthorityFile = status.certificateAuthority
    request.timeout = .seconds(1)
    return try? await client.send(request).status
  }

  /// Runs SQL as a role.
  func sql(
    _ text: String, at id: String, user: String = "app", passwordFile: String? = nil, options: String = ""
  ) async throws -> (status: Int32, output: String) {
    let database = try cloud(id).database
    let script = """
      PGPASSWORD=$(cat "$1") PGCONNECT_TIMEOUT=2 PGOPTIONS="-c statement_timeout=2000" timeout 5 psql -X -q -A -t \
        "host=$2 port=$3 dbname=$4 user=$5 sslmode=verify-full sslrootcert=$6 $8" -c "$7"
      """
    return await RunningLab.run([
      "sh", "-c", script, "sh", passwordFile ?? database.passwordFile, database.host, String(database.port),
      database.name, user, status.certificateAuthority, text, options,
    ])
  }

  func operatorSQL(_ text: String, at id: String) async throws -> (status: Int32, output: String) {
    let credentials = try cloud(id).operator
    return try await sql(text, at: id, user: credentials.user, passwordFile: credentials.passwordFile)
  }

  /// Puts the heartbeat at the primary at a new instant, and says whether the secondary has it within `limit`.
  func replicates(within limit: Duration) async throws -> Bool {
    let beat = "UPDATE signalbox.heartbeat SET beaten_at = clock_timestamp() RETURNING beaten_at"
    let beaten = try await operatorSQL(beat, at: "aws")
    guard beaten.status == 0 else { return false }
    return try await eventually(within: limit) {
      try await operatorSQL("SELECT beaten_at FROM signalbox.heartbeat", at: "azure").output == beaten.output
    }
  }
}
