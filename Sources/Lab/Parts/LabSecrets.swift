import Glibc

/// The passwords of one lab, made anew each time it comes up.
enum LabSecrets {
  enum Name: String, CaseIterable {
    case superuser, owner, application, `operator`, replicator
    case balancerStatistics = "haproxy-stats"
    case nameAPIKey = "dns-api-key"
    /// Signs what instances hand to browsers; the same in all of them, so that any serves any session.
    case session
  }

  /// Writes every secret to a file of mode 0600.
  static func make(in directory: LabDirectory) throws -> [Name: String] {
    try Files.makeFolder(directory.secrets, mode: 0o700)
    var values: [Name: String] = [:]
    for name in Name.allCases {
      let value = random()
      try Files.write(value + "\n", to: directory.secret(name.rawValue))
      values[name] = value
    }
    return values
  }

  /// 160 bits in letters and digits, so that it needs no quoting anywhere.
  private static func random() -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    var generator = SystemRandomNumberGenerator()
    return String((0..<32).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] })
  }
}
