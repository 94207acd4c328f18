internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// A password as it is stored: `$pbkdf2-sha256$i=600000$SALT$HASH`. The parameters stand with the hash, so that they can be
/// raised without locking anybody out.
struct PasswordHash: Sendable, Equatable {
  var iterations: Int
  var salt: [UInt8]
  var hash: [UInt8]

  /// Takes about 0.2 s per 600,000 iterations; not for a thread that others share.
  init(password: String, iterations: Int, salt: [UInt8] = randomBytes(16)) throws {
    self.iterations = iterations
    self.salt = salt
    hash = try Self.derive(password, salt, iterations)
  }

  /// - Returns: nil for a text that is no such hash.
  init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "pbkdf2-sha256", parts[2].hasPrefix("i="),
      let iterations = Int(parts[2].dropFirst(2)), iterations > 0,
      let salt = Base64URL.decode(String(parts[3])), let hash = Base64URL.decode(String(parts[4])), hash.count == 32
    else { return nil }
    self.iterations = iterations
    self.salt = salt
    self.hash = hash
  }

  var text: String {
    "$pbkdf2-sha256$i=\(iterations)$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
  }

  func matches(_ password: String) throws -> Bool {
    let derived = try Self.derive(password, salt, iterations)
    return zip(derived, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func derive(_ password: String, _ salt: [UInt8], _ iterations: Int) throws -> [UInt8] {
    // Unchecked: the settings keep the number of iterations up, and a stored hash brings its own.
    try KDF.Insecure.PBKDF2.deriveKey(
      from: Array(password.utf8), salt: salt, using: .sha256, outputByteCount: 32, unsafeUncheckedRounds: iterations
    ).withUnsafeBytes { Array($0) }
  }
}
