import Operations

/// A LUA record that answers by weight: `A "pickwrandom({{50,'127.77.1.10'},{50,'127.77.2.10'}})"`.
///
/// PowerDNS guide, "Lua Records", `pickwrandom`. An entry of weight 0 is never picked.
struct WeightedLUA: Equatable {
  struct Entry: Equatable {
    var weight: Int
    var address: String
  }

  var entries: [Entry]

  var text: String {
    let type = entries.contains { $0.address.contains(":") } ? "AAAA" : "A"
    let pairs = entries.map { "{\($0.weight),'\($0.address)'}" }.joined(separator: ",")
    return "\(type) \"pickwrandom({\(pairs)})\""
  }

  init(_ entries: [Entry]) { self.entries = entries }

  /// Reads what ``text`` writes, however a person spaced and quoted it; nil for any other program.
  init?(_ text: String) {
    var scanner = Scanner(text)
    guard scanner.skip("AAAA") || scanner.skip("A"), scanner.skip("\"") else { return nil }
    // A statement form is the same program as the expression.
    if scanner.skip(";") { _ = scanner.skip("return") }
    guard scanner.skip("pickwrandom"), scanner.skip("("), scanner.skip("{") else { return nil }
    entries = []
    repeat {
      if scanner.skip("}") { break }
      guard scanner.skip("{"), let weight = scanner.number(), scanner.skip(","), let address = scanner.quoted(),
        scanner.skip("}")
      else { return nil }
      entries.append(Entry(weight: weight, address: address))
      if scanner.skip(",") { continue }
      guard scanner.skip("}") else { return nil }
      break
    } while true
    guard scanner.skip(")") else { return nil }
    _ = scanner.skip(";")
    guard scanner.skip("\""), scanner.isAtEnd, !entries.isEmpty else { return nil }
  }
}

/// A place in a line of text; blanks between words do not count.
private struct Scanner {
  private var rest: Substring

  init(_ text: String) { rest = Substring(text) }

  var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

  mutating func skip(_ word: String) -> Bool {
    let trimmed = rest.drop(while: \.isWhitespace)
    guard trimmed.hasPrefix(word) else { return false }
    rest = trimmed.dropFirst(word.count)
    return true
  }

  mutating func number() -> Int? {
    let trimmed = rest.drop(while: \.isWhitespace)
    let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
    rest = trimmed.dropFirst(digits.count)
    return Int(digits)
  }

  /// Text in single quotes, or in double quotes as a record's content must escape them.
  mutating func quoted() -> String? {
    for quote in ["'", "\\\""] where skip(quote) {
      guard let end = rest.firstRange(of: quote) else { return nil }
      let text = rest[..<end.lowerBound]
      rest = rest[end.upperBound...]
      return String(text)
    }
    return nil
  }
}
