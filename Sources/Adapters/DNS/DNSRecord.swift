/// A type of record.
public struct DNSType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let a = DNSType(rawValue: 1)
  public static let cname = DNSType(rawValue: 5)
  public static let soa = DNSType(rawValue: 6)
  public static let txt = DNSType(rawValue: 16)
  public static let aaaa = DNSType(rawValue: 28)
  static let opt = DNSType(rawValue: 41)

  private static let names: [DNSType: String] = [.a: "A", .cname: "CNAME", .soa: "SOA", .txt: "TXT", .aaaa: "AAAA"]

  public var description: String { Self.names[self] ?? "TYPE\(rawValue)" }
}

/// One record of an answer.
public struct DNSRecord: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    /// `127.77.1.10`.
    case a(String)
    /// `2001:db8::1`.
    case aaaa(String)
    case cname(String)
    case txt([String])
    case soa(SOA)
    /// A type that is not read, as it came.
    case other(DNSType, [UInt8])
  }

  public struct SOA: Sendable, Equatable {
    public var primaryServer: String
    public var mailbox: String
    public var serial: UInt32
    /// How long a negative answer may be kept.
    public var minimum: Duration
  }

  /// Lower case, without the last dot.
  public var name: String
  public var timeToLive: Duration
  public var content: Content

  /// The address of an A or AAAA record.
  public var address: String? {
    switch content {
    case .a(let address), .aaaa(let address): address
    default: nil
    }
  }
}
