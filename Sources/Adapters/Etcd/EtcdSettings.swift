public import HTTPAdapter
public import Operations

/// Where a lease lives in etcd.
public struct EtcdSettings: Sendable {
  /// Members of one cluster, tried in turn: `https://ops1:2379`.
  public var endpoints: [String]
  /// The lease's key. A second one, `<key>.holding`, tells whether the last holder gave the lease back.
  public var key: String
  /// Nil where etcd asks for no user.
  public var user: String?
  public var password: Secret?
  /// A file of certificates to trust instead of the system's.
  public var certificateAuthorityFile: String?
  /// Where etcd asks for a client's certificate.
  public var clientCertificate: HTTPRequest.ClientCertificate?
  /// How long one member may take for one request, connecting included.
  public var timeout: Duration

  public init(
    endpoints: [String], key: String, user: String? = nil, password: Secret? = nil,
    certificateAuthorityFile: String? = nil, clientCertificate: HTTPRequest.ClientCertificate? = nil,
    timeout: Duration = .seconds(1)
  ) {
    self.endpoints = endpoints
    self.key = key
    self.user = user
    self.password = password
    self.certificateAuthorityFile = certificateAuthorityFile
    self.clientCertificate = clientCertificate
    self.timeout = timeout
  }
}
