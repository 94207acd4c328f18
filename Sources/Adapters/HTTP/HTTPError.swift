/// Why there was no answer. It never holds credentials.
public struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
  /// How far the exchange came.
  public enum Phase: String, Sendable {
    /// The request could not be sent as it stands.
    case request
    case resolve
    /// The proxy itself could not be used.
    case proxy
    case connect
    case tls
    case response
  }

  /// Whose fault it is, as far as it can be told.
  public enum Blame: Sendable {
    case request
    case peer
    /// The proxy, or the way to it.
    case proxy
    /// This machine: no descriptors, no memory, no route.
    case local
  }

  /// Without user, password, query and fragment.
  public var url: String
  public var phase: Phase
  public var blame: Blame
  public var isTimeout: Bool
  /// The peer answered, and not in HTTP.
  var isGarbage = false
  /// `connection refused`.
  public var reason: String
  /// What a person may do; empty where there is nothing to add.
  public var remedy: String

  public var description: String {
    remedy.isEmpty ? "\(url): \(reason)" : "\(url): \(reason); \(remedy)"
  }
}
