/// A parameter of a statement, in PostgreSQL's text format. The server decides its type from the statement.
public struct PostgresValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral
{
  let text: String

  public init(_ text: String) { self.text = text }
  public init(_ number: some BinaryInteger) { text = String(number) }
  public init(_ number: Double) { text = "\(number)" }
  public init(_ truth: Bool) { text = truth ? "t" : "f" }

  /// A `bytea`.
  public init(bytes: some Sequence<UInt8>) {
    var text = "\\x"
    for byte in bytes {
      for digit in [byte >> 4, byte & 15] { text.unicodeScalars.append(Unicode.Scalar(Self.hexadecimal[Int(digit)])) }
    }
    self.text = text
  }

  public init(stringLiteral value: String) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(value) }
  public init(floatLiteral value: Double) { self.init(value) }
  public init(booleanLiteral value: Bool) { self.init(value) }

  private static let hexadecimal = Array("0123456789abcdef".utf8)
}
