import Operations

/// Reads pgoutput messages out of a block of memory. Nothing that a peer sends makes it trap: what is cut short or
/// unknown is an error.
public struct PgoutputReader {
  private let bytes: UnsafeRawBufferPointer
  /// Added to every field's offset, for a block that is part of a larger one.
  private let base: Int
  private var position: Int
  private var start: Int
  private var end: Int

  private static let epochOffset: Int64 = 946_684_800_000_000
  private static let columnLimit = 1664

  public init(_ bytes: UnsafeRawBufferPointer, base: Int = 0) {
    self.bytes = bytes
    self.base = base
    position = 0
    start = 0
    end = 0
  }

  /// Reads the message in `range` and appends the fields of its tuples to `fields`.
  ///
  /// - Throws: ``PgoutputError``.
  public mutating func message(
    in range: Range<Int>, fields: inout [PgoutputField]
  ) throws(PgoutputError) -> PgoutputMessage {
    start = range.lowerBound
    position = start
    end = min(range.upperBound, bytes.count)
    let message = try body(&fields)
    guard position == end else { throw fault("\(end - position) bytes too many") }
    return message
  }

  private mutating func body(_ fields: inout [PgoutputField]) throws(PgoutputError) -> PgoutputMessage {
    let kind = try byte()
    switch kind {
    case UInt8(ascii: "I"):
      let relation = try uint32()
      guard try byte() == UInt8(ascii: "N") else { throw fault("an insert without a new row") }
      return .insert(relation: relation, new: try tuple(.new, &fields))
    case UInt8(ascii: "U"):
      return try update(&fields)
    case UInt8(ascii: "D"):
      let relation = try uint32()
      guard let kind = oldKind(try byte()) else { throw fault("a delete without an old row") }
      return .delete(relation: relation, old: try tuple(kind, &fields))
    case UInt8(ascii: "B"):
      let commit = LSN(try uint64())
      return .begin(commit: commit, committedAt: try timestamp(), transaction: try uint32())
    case UInt8(ascii: "C"):
      _ = try byte()
      let commit = LSN(try uint64())
      let end = LSN(try uint64())
      return .commit(commit: commit, end: end, committedAt: try timestamp())
    case UInt8(ascii: "R"): return .relation(try relation())
    case UInt8(ascii: "T"): return try truncate()
    case UInt8(ascii: "O"):
      _ = try uint64()
      return .origin(name: try string())
    case UInt8(ascii: "Y"):
      let oid = try uint32()
      _ = try string()
      return .type(oid: oid, name: try string())
    case UInt8(ascii: "M"):
      _ = try byte()
      _ = try uint64()
      let prefix = try string()
      try skip(Int(try uint32()))
      return .logical(prefix: prefix)
    default: throw fault("a message of unknown kind \(kind)")
    }
  }

  private mutating func update(_ fields: inout [PgoutputField]) throws(PgoutputError) -> PgoutputMessage {
    let relation = try uint32()
    var next = try byte()
    var old: PgoutputTuple?
    if let kind = oldKind(next) {
      old = try tuple(kind, &fields)
      next = try byte()
    }
    guard next == UInt8(ascii: "N") else { throw fault("an update without a new row") }
    return .update(relation: relation, old: old, new: try tuple(.new, &fields))
  }

  private func oldKind(_ byte: UInt8) -> PgoutputTuple.Kind? {
    switch byte {
    case UInt8(ascii: "K"): .key
    case UInt8(ascii: "O"): .old
    default: nil
    }
  }

  private mutating func tuple(
    _ kind: PgoutputTuple.Kind, _ fields: inout [PgoutputField]
  ) throws(PgoutputError) -> PgoutputTuple {
    let count = Int(try uint16())
    guard count <= Self.columnLimit else { throw fault("\(count) columns") }
    let first = fields.count
    for _ in 0..<count {
      switch try byte() {
      case UInt8(ascii: "t"):
        let length = Int(try uint32())
        let offset = position
        try skip(length)
        fields.append(PgoutputField(offset: base + offset, length: length))
      case UInt8(ascii: "n"): fields.append(.null)
      case UInt8(ascii: "u"): fields.append(.unchanged)
      default: throw fault("a value of unknown kind")
      }
    }
    return PgoutputTuple(kind: kind, fields: first..<fields.count)
  }

  private mutating func relation() throws(PgoutputError) -> SourceRelation {
    let oid = try uint32()
    let schema = try string()
    let table = try string()
    guard let identity = SourceRelation.Identity(rawValue: try byte()) else {
      throw fault("a replica identity of unknown kind")
    }
    let count = Int(try uint16())
    guard count <= Self.columnLimit else { throw fault("\(count) columns") }
    var columns: [SourceRelation.Column] = []
    columns.reserveCapacity(count)
    for _ in 0..<count {
      let flags = try byte()
      let name = try string()
      let type = try uint32()
      columns.append(
        .init(name: name, isKey: flags & 1 == 1, typeOID: type, typeModifier: Int32(bitPattern: try uint32())))
    }
    // An empty schema name stands for pg_catalog.
    return SourceRelation(
      oid: oid, schema: schema.isEmpty ? "pg_catalog" : schema, table: table, identity: identity, columns: columns)
  }

  private mutating func truncate() throws(PgoutputError) -> PgoutputMessage {
    let count = Int(try uint32())
    let options = try byte()
    guard count <= (end - position) / 4 else { throw fault("\(count) truncated tables in a short message") }
    var relations: [UInt32] = []
    for _ in 0..<count { relations.append(try uint32()) }
    return .truncate(relations: relations, cascades: options & 1 != 0, restartsIdentity: options & 2 != 0)
  }

  // MARK: - Parts

  @inline(__always)
  private mutating func byte() throws(PgoutputError) -> UInt8 {
    guard position < end else { throw fault("the message is cut short") }
    defer { position += 1 }
    return bytes[position]
  }

  @inline(__always)
  private mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(PgoutputError) -> Number {
    let size = MemoryLayout<Number>.size
    guard end - position >= size else { throw fault("the message is cut short") }
    defer { position += size }
    return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
  }

  private mutating func uint16() throws(PgoutputError) -> UInt16 { try number(UInt16.self) }
  private mutating func uint32() throws(PgoutputError) -> UInt32 { try number(UInt32.self) }
  private mutating func uint64() throws(PgoutputError) -> UInt64 { try number(UInt64.self) }

  /// Counted from 2000-01-01.
  private mutating func timestamp() throws(PgoutputError) -> Timestamp {
    let (sum, overflows) = Int64(bitPattern: try uint64()).addingReportingOverflow(Self.epochOffset)
    guard !overflows else { throw fault("a time out of range") }
    return Timestamp(microsecondsSinceEpoch: sum)
  }

  private mutating func skip(_ count: Int) throws(PgoutputError) {
    guard count <= end - position else { throw fault("the message is cut short") }
    position += count
  }

  private mutating func string() throws(PgoutputError) -> String {
    guard let zero = bytes[position..<end].firstIndex(of: 0) else { throw fault("a name without an end") }
    defer { position = zero + 1 }
    return String(decoding: bytes[position..<zero], as: UTF8.self)
  }

  private func fault(_ message: String) -> PgoutputError { PgoutputError(message: message, offset: position - start) }
}
