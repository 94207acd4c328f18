/// A question as it was asked.
public struct DNSQuestion: Sendable, Hashable {
  /// Lower case, without the last dot.
  public var name: String
  public var type: DNSType

  public init(name: String, type: DNSType) {
    self.name = DNSName.canonical(name)
    self.type = type
  }
}

/// An answer from a server (RFC 1035, 4; EDNS by RFC 6891).
public struct DNSMessage: Sendable, Equatable {
  /// What the server says of the question.
  public struct ResponseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let noError = ResponseCode(rawValue: 0)
    public static let formatError = ResponseCode(rawValue: 1)
    public static let serverFailure = ResponseCode(rawValue: 2)
    public static let noSuchName = ResponseCode(rawValue: 3)
    public static let notImplemented = ResponseCode(rawValue: 4)
    public static let refused = ResponseCode(rawValue: 5)

    private static let names = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]

    /// `SERVFAIL`.
    public var description: String {
      Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : "RCODE\(rawValue)"
    }
  }

  public var id: UInt16
  public var isResponse: Bool
  public var isAuthoritative: Bool
  /// More was to be said than fitted.
  public var isTruncated: Bool
  public var responseCode: ResponseCode
  public var question: DNSQuestion?
  public var answers: [DNSRecord]
  public var authorities: [DNSRecord]
  public var additionals: [DNSRecord]
}
