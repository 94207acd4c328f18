public import Operations

/// A cloud's front door.
public struct ProbedCloud: Sendable, Equatable {
  public var id: CloudID
  public var kind: ProbeRequest.Kind
  /// A file of certificates to trust instead of the system's.
  public var certificateAuthorityFile: String?

  public init(id: CloudID, kind: ProbeRequest.Kind, certificateAuthorityFile: String? = nil) {
    self.id = id
    self.kind = kind
    self.certificateAuthorityFile = certificateAuthorityFile
  }
}

/// A place to probe from.
public struct ProbeVantage: Sendable, Equatable {
  public var id: VantageID
  /// Vantages on one network share its fate.
  public var network: String
  /// `socks5h://host:port` or `http://host:port`; nil for this machine itself.
  public var proxy: String?

  public init(id: VantageID, network: String, proxy: String? = nil) {
    self.id = id
    self.network = network
    self.proxy = proxy
  }
}
