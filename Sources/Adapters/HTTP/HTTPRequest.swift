public import Operations

/// One HTTP exchange, as it is asked for. Redirects are never followed: an answer is what the asked server said.
public struct HTTPRequest: Sendable {
  /// The oldest version of TLS that is accepted.
  public enum MinimumTLS: Sendable {
    case v12, v13
  }

  /// Name and password, sent at once by the Basic scheme.
  public struct Credentials: Sendable {
    public var user: String
    public var password: Secret

    public init(user: String, password: Secret) {
      self.user = user
      self.password = password
    }
  }

  /// Goes to `address` whenever the URL says `host:port`; certificate checks and the `Host` field keep the name.
  public struct AddressOverride: Sendable, Equatable {
    public var host: String
    public var port: Int
    public var address: String

    public init(host: String, port: Int, address: String) {
      self.host = host
      self.port = port
      self.address = address
    }
  }

  /// What this side shows of itself where the server asks for it. Both are files (PEM), and may be the same one.
  public struct ClientCertificate: Sendable, Equatable {
    public var certificateFile: String
    public var keyFile: String

    public init(certificateFile: String, keyFile: String) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
    }
  }

  public var method: String
  /// `http` or `https` only.
  public var url: String
  public var headers: [HTTPField] = []
  /// Fields whose values are secrets: `X-API-Key`.
  public var secretHeaders: [(name: String, value: Secret)] = []
  public var body: [UInt8]?
  /// For the whole exchange. ``HTTPClient/stream(_:)`` ignores it and has ``idleTimeout``.
  public var timeout: Duration = .seconds(10)
  /// Until connected, TLS included.
  public var connectTimeout: Duration = .seconds(5)
  /// For streams: the longest silence.
  public var idleTimeout: Duration = .seconds(60)
  /// `socks5h://host:port`, or `http://host:port` (by CONNECT). Proxies of the environment are not used.
  public var proxy: String?
  /// A file of certificates (PEM) to trust instead of the system's.
  public var certificateAuthorityFile: String?
  public var clientCertificate: ClientCertificate?
  public var minimumTLS = MinimumTLS.v13
  /// Connects there instead of to the URL's host.
  public var unixSocketPath: String?
  public var addressOverrides: [AddressOverride] = []
  public var credentials: Credentials?
  public var maximumResponseBytes = 16 << 20
  /// Never over a connection that another request used, nor leaving it for one.
  public var freshConnection = false

  public init(method: String = "GET", url: String) {
    self.method = method
    self.url = url
  }
}
