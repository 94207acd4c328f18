/// Where a secret is kept. The configuration never holds one itself.
public enum SecretReference: Sendable, Equatable {
  case environment(String)
  case file(String)
  /// Run without a shell; its first line of output is the secret.
  case command([String])

  /// The reference for a person: it names the place, never the secret.
  public var place: String {
    switch self {
    case .environment(let name): "environment variable \(name)"
    case .file(let path): "file \(path)"
    case .command(let words): "command \(words.first ?? "")"
    }
  }
}
