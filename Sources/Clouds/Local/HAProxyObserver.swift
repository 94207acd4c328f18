public import HTTPAdapter
public import Operations

/// A cloud's load balancer, read through HAProxy's statistics page.
///
/// It tells the servers' addresses only where its section says `stats show-legends` (HAProxy 2.6 Configuration Manual).
public struct HAProxyObserver: LoadBalancerObserver {
  private let url: String
  private let backend: String
  private let credentials: HTTPRequest.Credentials?
  private let certificateAuthorityFile: String?
  private let client: HTTPClient

  /// - Parameters:
  ///   - url: of the CSV: `https://127.77.1.10:8404/;csv`.
  ///   - backend: the one that serves users, and them alone.
  public init(
    url: String, backend: String, credentials: HTTPRequest.Credentials?, certificateAuthorityFile: String?,
    client: HTTPClient
  ) {
    self.url = url
    self.backend = backend
    self.credentials = credentials
    self.certificateAuthorityFile = certificateAuthorityFile
    self.client = client
  }

  public var name: String { "HAProxy \(authority)" }

  public func observe() async throws -> TargetGroupSnapshot {
    var request = HTTPRequest(url: url)
    request.timeout = .seconds(2)
    request.connectTimeout = .seconds(1)
    request.credentials = credentials
    request.certificateAuthorityFile = certificateAuthorityFile
    let response = try await client.send(request)
    switch response.status {
    case 200: return try targetGroup(in: StatisticsCSV(response.text))
    case 401: throw LocalCloudError("\(authority): the statistics refuse user or password")
    default: throw LocalCloudError("\(authority): the statistics answer with status \(response.status)")
    }
  }

  func targetGroup(in table: StatisticsCSV) throws -> TargetGroupSnapshot {
    let rows = table.rows.filter { table.value("pxname", of: $0) == backend }
    guard let summary = rows.first(where: { table.value("svname", of: $0) == "BACKEND" }) else {
      throw LocalCloudError("\(authority): there is no backend \(backend)")
    }
    let targets = rows.filter { !["BACKEND", "FRONTEND"].contains(table.value("svname", of: $0)) }.map {
      target($0, in: table)
    }
    // req_tot counts HTTP requests; a TCP backend has sessions alone.
    let requests = UInt64(table.value("req_tot", of: summary)) ?? UInt64(table.value("stot", of: summary))
    return TargetGroupSnapshot(targets: targets, requestsTotal: requests)
  }

  private func target(_ row: [Substring], in table: StatisticsCSV) -> Target {
    let status = table.value("status", of: row)
    let state = Self.state(status)
    let check = [table.value("check_status", of: row), table.value("check_code", of: row)].filter { !$0.isEmpty }
    let reason = state == .healthy ? "" : ([status] + check).joined(separator: " ")
    return Target(
      id: table.value("svname", of: row), address: table.value("addr", of: row), state: state,
      reason: String(reason.prefix(80)))
  }

  /// `UP 1/2` is going down, `DOWN 1/2` is coming up: while it changes, the first word is what counts.
  static func state(_ status: String) -> Target.State {
    switch status.prefix(while: { $0 != " " }) {
    case "UP", "no": .healthy
    case "DOWN": .unhealthy
    case "DRAIN", "NOLB": .draining
    case "INI": .initial
    default: .unavailable
    }
  }

  private var authority: String {
    let rest = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
    return rest.split(separator: "@").last.map(String.init) ?? url
  }
}
