public import Operations

/// Where a weighted record set lives in PowerDNS.
public struct PowerDNSSettings: Sendable {
  /// Of the HTTP API: `https://127.77.3.1:8081`.
  public var url: String
  /// PowerDNS's own name for itself in its API.
  public var server: String
  public var zone: String
  /// The weighted name, in ``zone``.
  public var name: String
  public var apiKey: Secret
  public var timeToLive: Duration
  /// What the name answers for each cloud, in the order in which weights are shown.
  public var addresses: [(cloud: CloudID, address: String)]
  /// For an API over TLS: a file of certificates to trust instead of the system's.
  public var certificateAuthorityFile: String?
  public var timeout: Duration

  public init(
    url: String, server: String = "localhost", zone: String, name: String, apiKey: Secret, timeToLive: Duration,
    addresses: [(cloud: CloudID, address: String)], certificateAuthorityFile: String? = nil,
    timeout: Duration = .seconds(5)
  ) {
    self.url = url
    self.server = server
    self.zone = zone
    self.name = name
    self.apiKey = apiKey
    self.timeToLive = timeToLive
    self.addresses = addresses
    self.certificateAuthorityFile = certificateAuthorityFile
    self.timeout = timeout
  }
}
