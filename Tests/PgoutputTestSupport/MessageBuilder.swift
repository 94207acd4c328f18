internal import Operations
public import PostgresReplication

/// Writes pgoutput messages as a server would.
public enum MessageBuilder {
  /// A value of a tuple.
  public enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    case text(String)
    case null
    case unchanged

    public init(stringLiteral value: String) { self = .text(value) }
    public init(nilLiteral: ()) { self = .null }
  }

  public static func begin(_ commit: UInt64, at microseconds: Int64 = 0, transaction: UInt32 = 7) -> [UInt8] {
    [UInt8(ascii: "B")] + number(commit) + number(microseconds) + number(transaction)
  }

  public static func commit(_ commit: UInt64, end: UInt64, at microseconds: Int64 = 0) -> [UInt8] {
    [UInt8(ascii: "C"), 0] + number(commit) + number(end) + number(microseconds)
  }

  public static func relation(
    _ oid: UInt32, _ table: String, schema: String = "public", columns: [String] = ["id", "text"], keys: Int = 1,
    identity: SourceRelation.Identity = .standard
  ) -> [UInt8] {
    var message = [UInt8(ascii: "R")] + number(oid) + name(schema) + name(table)
    message += [identity.rawValue] + number(UInt16(columns.count))
    for (index, column) in columns.enumerated() {
      message += [index < keys ? 1 : 0] + name(column) + number(UInt32(25)) + number(Int32(-1))
    }
    return message
  }

  public static func insert(_ relation: UInt32, _ values: [Value]) -> [UInt8] {
    [UInt8(ascii: "I")] + number(relation) + tuple("N", values)
  }

  /// - Parameter key: the old key, when it changed.
  public static func update(
    _ relation: UInt32, key: [Value]? = nil, old: [Value]? = nil, _ values: [Value]
  ) -> [UInt8] {
    let before = key.map { tuple("K", $0) } ?? old.map { tuple("O", $0) } ?? []
    return [UInt8(ascii: "U")] + number(relation) + before + tuple("N", values)
  }

  public static func delete(_ relation: UInt32, key: [Value]) -> [UInt8] {
    [UInt8(ascii: "D")] + number(relation) + tuple("K", key)
  }

  public static func delete(_ relation: UInt32, old: [Value]) -> [UInt8] {
    [UInt8(ascii: "D")] + number(relation) + tuple("O", old)
  }

  public static func truncate(_ relations: [UInt32], options: UInt8 = 0) -> [UInt8] {
    [UInt8(ascii: "T")] + number(UInt32(relations.count)) + [options] + relations.flatMap { number($0) }
  }

  public static func number(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  public static func name(_ name: String) -> [UInt8] { Array(name.utf8) + [0] }

  private static func tuple(_ kind: Character, _ values: [Value]) -> [UInt8] {
    var tuple = Array(String(kind).utf8) + number(UInt16(values.count))
    for value in values {
      switch value {
      case .text(let text): tuple += [UInt8(ascii: "t")] + number(UInt32(text.utf8.count)) + Array(text.utf8)
      case .null: tuple.append(UInt8(ascii: "n"))
      case .unchanged: tuple.append(UInt8(ascii: "u"))
      }
    }
    return tuple
  }
}
