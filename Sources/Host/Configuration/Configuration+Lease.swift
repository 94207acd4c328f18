import Operations

extension Configuration {
  /// Who may move levers, where hosts of more than one machine could.
  public struct Lease: Sendable, Equatable {
    /// Nil: a lock beside the journal, for the hosts of one machine.
    public var etcd: Etcd?
  }

  /// A lease in etcd, at a third site.
  public struct Etcd: Sendable, Equatable {
    /// Members of one cluster: `https://ops1:2379`.
    public var endpoints: [String]
    public var key: String
    public var timeToLive: Duration
    public var lockDelay: Duration
    /// How long a member may take for one request.
    public var timeout: Duration
    public var user: String?
    public var password: SecretReference?
    public var certificateAuthority: String?
    public var clientCertificate: ClientCertificate?

    /// Files that this side shows of itself.
    public struct ClientCertificate: Sendable, Equatable {
      public var certificate: String
      public var key: String
    }
  }
}
