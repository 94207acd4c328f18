internal import Crypto

/// What a client shows to be recognised: 256 random bits. The database keeps only their SHA-256, so that who reads the
/// database cannot use what is found there.
struct SessionToken: Sendable, Equatable {
  /// As the client holds it.
  let text: String
  let hash: [UInt8]

  /// - Returns: nil for what cannot be a token.
  init?(_ text: String) {
    guard text.utf8.count == 43, let bytes = Base64URL.decode(text), bytes.count == 32 else { return nil }
    self.init(bytes: bytes)
  }

  private init(bytes: [UInt8]) {
    text = Base64URL.encode(bytes)
    hash = Array(SHA256.hash(data: bytes))
  }

  static func random() -> SessionToken { SessionToken(bytes: randomBytes(32)) }

  /// What a form of this session carries. It is derived from the token, so that it is bound to the session, is the same
  /// on every instance, and needs no storage; a page of another site knows neither.
  var formToken: String {
    let key = SymmetricKey(data: Array(text.utf8))
    return Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Array("form".utf8), using: key))
  }
}

func randomBytes(_ count: Int) -> [UInt8] {
  var generator = SystemRandomNumberGenerator()
  return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

/// Compares in a time that does not tell where two texts differ.
func equalInConstantTime(_ left: String, _ right: String) -> Bool {
  let left = Array(left.utf8)
  let right = Array(right.utf8)
  guard left.count == right.count else { return false }
  return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
