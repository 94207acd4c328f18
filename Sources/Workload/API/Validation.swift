/// Checks what people send, and says everything that is wrong with it at once.
struct Validation {
  private(set) var fields: [String: String] = [:]

  mutating func note(_ field: String, _ message: String) { if fields[field] == nil { fields[field] = message } }

  /// - Throws: ``Problem`` of kind `invalid` when anything was noted.
  func finish() throws {
    if !fields.isEmpty { throw Problem(.invalid, "Some fields are not right.", fields: fields) }
  }

  /// An address in the form in which it is stored and looked up.
  mutating func email(_ text: String?) -> String {
    let email = (text ?? "").trimmed.lowercased()
    let parts = email.split(separator: "@", omittingEmptySubsequences: false)
    let isPlausible =
      parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".")
      && !parts[1].hasSuffix(".") && !email.contains { $0.isWhitespace || $0.isNewline } && email.utf8.count <= 254
    if !isPlausible || email.hasControlCharacter { note("email", "is no e-mail address") }
    return email
  }

  /// Only the length counts (NIST SP 800-63B, 5.1.1.2).
  mutating func password(_ text: String?) -> String {
    let password = text ?? ""
    if password.count < 8 { note("password", "is too short; use at least 8 characters") }
    if password.utf8.count > 1024 { note("password", "is longer than 1024 bytes") }
    return password
  }

  mutating func title(_ text: String?) -> String {
    let title = (text ?? "").trimmed
    if title.isEmpty { note("title", "is missing") }
    if title.unicodeScalars.count > 200 { note("title", "is longer than 200 characters") }
    if title.hasControlCharacter { note("title", "has a control character in it") }
    return title
  }

  mutating func notes(_ text: String?) -> String {
    let notes = text ?? ""
    if notes.unicodeScalars.count > 10_000 { note("notes", "are longer than 10,000 characters") }
    if notes.unicodeScalars.contains("\0") { note("notes", "have a zero character in them") }
    return notes
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }

  fileprivate var hasControlCharacter: Bool {
    unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
