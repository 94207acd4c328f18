internal import FoundationEssentials
internal import Operations
internal import PostgresAdapter

/// Reads typed values out of the environment, and notes what is wrong instead of stopping at it.
struct EnvironmentReader {
  private let environment: [String: String]
  private var problems: [SettingsProblems.Problem] = []

  init(_ environment: [String: String]) { self.environment = environment }

  /// - Throws: ``SettingsProblems`` when a value was missing or wrong.
  func finish() throws(SettingsProblems) {
    if !problems.isEmpty { throw SettingsProblems(problems: problems) }
  }

  mutating func note(_ variable: String, _ message: String, _ remedy: String) {
    problems.append(SettingsProblems.Problem(variable: variable, message: message, remedy: remedy))
  }

  mutating func optionalText(_ variable: String) -> String? {
    environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  mutating func text(_ variable: String, default standard: String) -> String { optionalText(variable) ?? standard }

  mutating func text(_ variable: String) -> String {
    guard let text = optionalText(variable) else {
      note(variable, "is not set", "set it")
      return ""
    }
    return text
  }

  /// A short word that is shown to people and put into metrics.
  mutating func label(_ variable: String, example: String) -> String {
    guard let text = optionalText(variable) else {
      note(variable, "is not set", "set it, for example to \(example)")
      return ""
    }
    let isPlain = text.utf8.allSatisfy { byte in
      Character(Unicode.Scalar(byte)).isASCII
        && (Character(Unicode.Scalar(byte)).isLetter
          || Character(Unicode.Scalar(byte)).isNumber || "._+-".utf8.contains(byte))
    }
    guard isPlain, text.utf8.count <= 64 else {
      note(variable, "is not a plain word", "use at most 64 letters, digits, dots, dashes, underscores and pluses")
      return ""
    }
    return text
  }

  mutating func number(_ variable: String, in range: ClosedRange<Int>, default standard: Int) -> Int {
    guard let text = optionalText(variable) else { return standard }
    guard let number = Int(text), range.contains(number) else {
      note(variable, "“\(text)” is no number that fits", "use \(range.lowerBound) to \(range.upperBound)")
      return standard
    }
    return number
  }

  mutating func flag(_ variable: String, default standard: Bool) -> Bool {
    switch optionalText(variable) {
    case nil: return standard
    case "on": return true
    case "off": return false
    case let text?:
      note(variable, "“\(text)” is neither on nor off", "use on or off")
      return standard
    }
  }

  mutating func listen(_ variable: String, default standard: WorkloadSettings.Listen) -> WorkloadSettings.Listen {
    guard let text = optionalText(variable) else { return standard }
    guard let host = Self.hostAndPort(text, ports: 0...65535) else {
      note(variable, "“\(text)” is no address and port", "use for example 127.0.0.1:8080")
      return standard
    }
    return WorkloadSettings.Listen(address: host.name, port: host.port)
  }

  mutating func host(_ variable: String) -> PostgresSettings.Host? {
    guard let text = optionalText(variable) else { return nil }
    let host = Self.hostAndPort(text, ports: 1...65535)
    if host == nil { note(variable, "“\(text)” is no host and port", "use for example db.example.com:5432") }
    return host
  }

  mutating func hosts(_ variable: String) -> [PostgresSettings.Host] {
    let remedy = "use for example db.aws.example.com:5432,db.azure.example.com:5432"
    guard let text = optionalText(variable) else {
      note(variable, "is not set", remedy)
      return []
    }
    return text.split(separator: ",", omittingEmptySubsequences: false).compactMap { part in
      let host = Self.hostAndPort(String(part), ports: 1...65535)
      if host == nil { note(variable, "“\(part)” is no host and port", remedy) }
      return host
    }
  }

  /// The content of the file that the variable names, without the line break at its end.
  mutating func secretFile(_ variable: String) -> Secret {
    guard let path = optionalText(variable) else {
      note(variable, "is not set", "name a file that holds the password")
      return Secret("")
    }
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      note(variable, "\(path) cannot be read", "create it, readable for this user only")
      return Secret("")
    }
    var text = String(decoding: data, as: UTF8.self)
    if text.hasSuffix("\r\n") { text.removeLast() } else if text.hasSuffix("\n") { text.removeLast() }
    if text.isEmpty { note(variable, "\(path) is empty", "write the password into it") }
    return Secret(text)
  }

  mutating func security(_ variable: String) -> PostgresSettings.TransportSecurity {
    guard let path = optionalText(variable) else {
      note(variable, "is not set", "name a file of trusted certificates, or none for a database without TLS")
      return .none
    }
    if path == "none" { return .none }
    guard FileManager.default.isReadableFile(atPath: path) else {
      note(variable, "\(path) cannot be read", "name a file of certificates in PEM format")
      return .none
    }
    return .verifyHost(rootCertificateFile: path)
  }

  /// `host:port`, or `[::1]:port`.
  private static func hostAndPort(_ text: String, ports: ClosedRange<Int>) -> PostgresSettings.Host? {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), ports.contains(port)
    else { return nil }
    var name = text[..<colon]
    if name.hasPrefix("["), name.hasSuffix("]") {
      name = name.dropFirst().dropLast()
    } else if name.contains(":") {
      return nil
    }
    guard !name.isEmpty, !name.contains(where: \.isWhitespace) else { return nil }
    return PostgresSettings.Host(String(name), port: port)
  }
}
