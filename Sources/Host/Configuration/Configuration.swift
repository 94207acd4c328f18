public import Operations

/// All that a host is told of the world it watches, read from one YAML file.
///
/// Every key is described in the guide *Configuration*.
public struct Configuration: Sendable, Equatable {
  /// The file it was read from.
  public var file: String
  public var service: String
  public var controlSocket: String
  public var journal: String
  public var automation: Automation
  public var lease: Lease
  public var recordSet: RecordSet
  public var probing: Probing
  public var vantages: [Vantage]
  public var clouds: [Cloud]
  public var interlocks: Interlocks
  public var replication: [Replication]
  /// Nil where no failover is configured.
  public var failover: Failover?

  public struct RecordSet: Sendable, Equatable {
    public var name: String
    public var ttl: Duration
    /// Authoritative servers, `address:port`.
    public var servers: [String]
    public var powerDNS: PowerDNS
  }

  public struct PowerDNS: Sendable, Equatable {
    public var url: String
    public var server: String
    public var zone: String
    public var apiKey: SecretReference
    public var certificateAuthority: String?
    /// For one request.
    public var timeout: Duration
  }

  public struct Probing: Sendable, Equatable {
    public var path: String
    public var interval: Duration
    public var jitter: Double
    public var timeout: Duration
    public var failures: Int
    public var successes: Int
    public var quorumVantages: Int
    public var quorumNetworks: Int
    public var degradedLatency: Duration
    public var latencyWindow: Duration
  }

  public struct Vantage: Sendable, Equatable {
    public var id: VantageID
    public var network: String
    public var proxy: String?
  }

  public struct Cloud: Sendable, Equatable {
    public var id: CloudID
    public var region: String
    /// What the record set answers for this cloud.
    public var address: String
    public var url: String
    public var certificateAuthority: String?
    /// Requests per second that one healthy target can serve.
    public var capacityPerTarget: Double?
    public var haproxy: HAProxy?
    public var database: Database?
  }

  public struct HAProxy: Sendable, Equatable {
    public var url: String
    public var backend: String
    public var user: String?
    public var password: SecretReference?
    public var certificateAuthority: String?
  }

  public struct Database: Sendable, Equatable {
    public var host: String
    public var port: Int
    public var name: String
    public var user: String
    public var password: SecretReference
    public var applicationRole: String
    public var certificateAuthority: String?
  }

  public struct Interlocks: Sendable, Equatable {
    /// Least time between two changes of the weights.
    public var minimumInterval: Duration
    /// Share of capacity that must stay free afterwards, 0 to 1.
    public var headroom: Double
  }

  /// A replication link.
  public struct Replication: Sendable, Equatable {
    public var id: LinkID
    public var mode: ReplicationMode
    public var source: CloudID
    public var target: CloudID
    public var schemas: [String]
    /// `schema.table`; `*` stands for any characters.
    public var exclude: [String]
    public var keyless: Keyless
    public var parallelCopies: Int
    /// Memory of the source's server for decoding one transaction, in megabytes.
    public var decodingMegabytes: Int
    public var lagLimit: Duration
    /// Log kept by a source that sets no limit, in megabytes, that is an alarm.
    public var logAlarmMegabytes: Int
    public var clockSkewLimit: Duration
    /// Discarded versions are thrown away when they are older.
    public var conflictsKept: Duration
    /// Between two snapshots, in that mode.
    public var interval: Duration
    /// The column that tells which of two versions of a row is the later one, in that mode.
    public var timestampColumn: String?
    public var viaSource: Way?
    public var viaTarget: Way?
    /// How the other side's server enters this one, in mode `native`; each side is the source in its turn.
    public var nativeSource: NativeWay?
    public var nativeTarget: NativeWay?
  }

  /// How a side of a link is reached, where not as its cloud's database is.
  public struct Way: Sendable, Equatable {
    public var host: String
    public var port: Int
  }

  /// How one database's server enters the other's. What is not said is as its cloud's database is.
  public struct NativeWay: Sendable, Equatable {
    public var host: String?
    public var port: Int?
    public var user: String?
    public var password: SecretReference?
    /// On the machine of the server that enters, in the format of `~/.pgpass`; in place of a password.
    public var passwordFile: String?
    /// On that machine too.
    public var rootCertificate: String?
  }

  /// What to do with tables without a key.
  public enum Keyless: String, Sendable, CaseIterable {
    case refuse, full
    case insertOnly = "insert-only"
  }
}
