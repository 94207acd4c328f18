internal import PostgresReplication

/// Recorded messages as text that a person can check. What differs from run to run (log positions, times, numbers of
/// transactions and of what users defined) is left out, but checked where one message must agree with another.
public struct Transcript {
  /// Object identifiers from here on are given out as objects are made.
  private static let firstUserOID: UInt32 = 16384

  private var relations: [UInt32: SourceRelation] = [:]
  private var opened: (commit: String, at: String)?

  public init() {}

  /// - Parameter withRepetitions: whether to give what was described just so before. Servers describe a table anew after
  ///   any change of the catalog, also one that has nothing to do with it.
  public static func of(_ stream: RecordedStream, withRepetitions: Bool = true) throws -> String {
    var transcript = Transcript()
    var described: [String: String] = [:]
    let lines = try stream.messages.map { try transcript.line($0) }.filter { line in
      guard !withRepetitions, line.hasPrefix("RELATION ") || line.hasPrefix("TYPE ") else { return true }
      let subject = line.split(separator: " ").prefix(2).joined(separator: " ")
      return described.updateValue(line, forKey: subject) != line
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// - Throws: ``PgoutputError``.
  public mutating func line(_ message: [UInt8]) throws -> String {
    try message.withUnsafeBytes { bytes in
      var fields: [PgoutputField] = []
      var reader = PgoutputReader(bytes)
      let message = try reader.message(in: 0..<bytes.count, fields: &fields)
      let text = { (tuple: PgoutputTuple) in Self.values(fields[tuple.fields], bytes) }
      switch message {
      case .begin(let commit, let at, let transaction):
        opened = ("\(commit)", "\(at)")
        return transaction > 0 ? "BEGIN" : "BEGIN without a number"
      case .commit(let commit, let end, let at):
        let agrees = opened.map { $0 == ("\(commit)", "\(at)") } ?? false
        opened = nil
        return "COMMIT" + (agrees ? "" : " of another transaction")
          + (end > commit ? "" : " that ends before it begins")
      case .origin(let name): return "ORIGIN \(name)"
      case .relation(let relation):
        relations[relation.oid] = relation
        return "RELATION \(relation.name) \(relation.identity): "
          + relation.columns.map(Self.column).joined(separator: ", ")
      case .type(_, let name): return "TYPE \(name)"
      case .insert(let relation, let new): return "INSERT \(name(relation)): \(text(new))"
      case .update(let relation, let old, let new):
        return "UPDATE \(name(relation)): " + (old.map { "\($0.kind) \(text($0)) -> " } ?? "") + text(new)
      case .delete(let relation, let old): return "DELETE \(name(relation)): \(old.kind) \(text(old))"
      case .truncate(let relations, let cascades, let restarts):
        return "TRUNCATE " + relations.map { name($0) }.sorted().joined(separator: ", ") + (cascades ? " CASCADE" : "")
          + (restarts ? " RESTART IDENTITY" : "")
      case .logical(let prefix): return "MESSAGE \(prefix)"
      }
    }
  }

  private func name(_ relation: UInt32) -> String { relations[relation]?.name ?? "a table never described" }

  private static func column(_ column: SourceRelation.Column) -> String {
    (column.isKey ? "*" : "") + column.name + " "
      + (column.typeOID < firstUserOID ? "\(column.typeOID)" : "own type")
      + (column.typeModifier < 0 ? "" : "(\(column.typeModifier))")
  }

  private static func values(_ fields: some Collection<PgoutputField>, _ bytes: UnsafeRawBufferPointer) -> String {
    "("
      + fields.map { field in
        if field.isNull { return "NULL" }
        if field.isUnchanged { return "unchanged" }
        let text = String(decoding: bytes[field.offset..<field.offset + field.length], as: UTF8.self)
        return text.count <= 80
          ? text.debugDescription : "\(text.prefix(8).debugDescription)... \(text.count) characters"
      }.joined(separator: ", ") + ")"
  }
}
