/// Why a question has no answer.
public enum DNSError: Error, Sendable, Equatable, CustomStringConvertible {
  case invalidName(String, reason: String)
  /// Not an address with a port: `127.0.0.1:53`, `[::1]:53`.
  case invalidServer(String)
  /// What came is no DNS message.
  case malformed(String)
  case timedOut(server: String, after: Duration)
  /// The system's reason: nobody listens, no route, no descriptor.
  case unreachable(server: String, reason: String)

  public var description: String {
    switch self {
    case .invalidName(let name, let reason): "\(name) is no domain name: \(reason)"
    case .invalidServer(let text):
      "\(text) is no server's address; write it as 127.0.0.1:53 or [::1]:53"
    case .malformed(let reason): "not a DNS answer: \(reason)"
    case .timedOut(let server, let time): "\(server): no answer within \(time)"
    case .unreachable(let server, let reason): "\(server): \(reason)"
    }
  }
}
