/// A right to write, of a table, of some of its columns, or of a sequence: `UPDATE ("a", "b") WITH GRANT OPTION`.
struct Privilege: Hashable, Sendable, Comparable {
  enum Kind: String, Sendable, CaseIterable {
    case insert = "INSERT"
    case update = "UPDATE"
    case delete = "DELETE"
    case truncate = "TRUNCATE"
    /// Of a sequence: to draw from it.
    case usage = "USAGE"
  }

  var kind: Kind
  /// Empty for all.
  var columns: [String] = []
  var isGrantable = false

  private static let grantOption = " WITH GRANT OPTION"

  /// As a GRANT has it, without the option.
  var clause: String {
    columns.isEmpty ? kind.rawValue : "\(kind.rawValue) (\(columns.map(Quoted.identifier).joined(separator: ", ")))"
  }

  var text: String { clause + (isGrantable ? Self.grantOption : "") }

  static func < (left: Privilege, right: Privilege) -> Bool { left.text < right.text }
}

extension Privilege {
  /// Reads ``text``; nil for anything else: what another database has said becomes SQL here.
  init?(_ text: String) {
    var rest = text.unicodeScalars[...]
    let isGrantable = text.hasSuffix(Self.grantOption)
    if isGrantable { rest = rest.dropLast(Self.grantOption.unicodeScalars.count) }
    let word = String(String.UnicodeScalarView(rest.prefix { $0 != " " }))
    guard let kind = Kind(rawValue: word) else { return nil }
    rest = rest.dropFirst(word.unicodeScalars.count)
    var columns: [String] = []
    if !rest.isEmpty {
      guard rest.popFirst() == " ", rest.popFirst() == "(", rest.popLast() == ")" else { return nil }
      while true {
        guard let name = Self.takeIdentifier(&rest) else { return nil }
        columns.append(name)
        if rest.isEmpty { break }
        guard rest.popFirst() == ",", rest.popFirst() == " " else { return nil }
      }
    }
    self.init(kind: kind, columns: columns, isGrantable: isGrantable)
  }

  /// Takes a quoted name off the front, scalar by scalar, as the server reads it.
  private static func takeIdentifier(_ rest: inout Substring.UnicodeScalarView) -> String? {
    guard rest.popFirst() == "\"" else { return nil }
    var name = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == "\"" {
        guard rest.first == "\"" else { return name.isEmpty ? nil : String(name) }
        rest = rest.dropFirst()
      }
      name.append(scalar)
    }
    return nil
  }
}
