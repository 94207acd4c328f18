/// Why etcd did not do what it was asked. It never holds credentials.
enum EtcdError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No member gave an answer that can be used; each with its reason.
  case unreachable([String])
  /// A member answered, and refuses; asking another one would be in vain.
  case refused(String)

  var description: String {
    switch self {
    case .unreachable(let reasons): reasons.joined(separator: "; ")
    case .refused(let reason): reason
    }
  }
}
