import Glibc

/// Why a wait ended without readiness.
public enum SocketReadinessError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The deadline passed first.
  case timedOut
  /// The descriptor was closed, by its owner, while it was waited for.
  case closed
  /// The kernel refuses to watch the descriptor.
  case system(call: String, code: Int32)

  public var description: String {
    switch self {
    case .timedOut: "timed out"
    case .closed: "the descriptor was closed while it was waited for"
    case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
    }
  }
}
