/// What to probe and how.
public struct ProbeRequest: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// An HTTP(S) GET; healthy when the status lies in `expecting`.
    case http(url: String, expecting: ClosedRange<Int>)
    /// A TCP connection to `host:port`.
    case tcp(host: String, port: Int)
  }

  public var kind: Kind
  public var timeout: Duration
  /// `socks5h://127.77.4.1:1080` or `http://127.77.5.1:3128`; nil for a direct connection.
  public var proxy: String?
  /// A file of certificates to trust instead of the system's.
  public var certificateAuthorityFile: String?

  public init(kind: Kind, timeout: Duration, proxy: String? = nil, certificateAuthorityFile: String? = nil) {
    self.kind = kind
    self.timeout = timeout
    self.proxy = proxy
    self.certificateAuthorityFile = certificateAuthorityFile
  }
}

/// What came of one probe.
public struct ProbeResult: Sendable, Equatable {
  public enum Outcome: Sendable, Equatable {
    case success(status: Int?)
    /// The peer answered, and the answer is a failure: `HTTP 503`.
    case rejected(String)
    /// No answer: refused, timed out, TLS failed, name not resolved.
    case unreachable(String)
    /// The probe says nothing about the peer: its proxy is down, or this machine has no descriptor left.
    case inconclusive(String)
  }

  public var outcome: Outcome
  public var timing: ProbeTiming?
  /// Nil where the answer says nothing of a database.
  public var database: DatabaseReport?

  public init(outcome: Outcome, timing: ProbeTiming?, database: DatabaseReport? = nil) {
    self.outcome = outcome
    self.timing = timing
    self.database = database
  }
}

/// Sends probes. A dead or hung peer costs its own probe and nothing else.
public protocol ProbePort: Sendable {
  func probe(_ request: ProbeRequest) async -> ProbeResult
}
