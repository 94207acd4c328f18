import Crypto
import FoundationEssentials
import GRDB
import Operations

/// How an entry lies in the table. The hash covers the text as stored, so a check needs no decoding.
enum JournalRow {
  static let genesisHash = String(repeating: "0", count: 64)

  static func append(_ draft: JournalEntry.Draft, in database: Database) throws -> JournalEntry {
    let last = try Row.fetchOne(database, sql: "SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1")
    let sequence = (last?["sequence"] as Int64? ?? 0) + 1
    let previousHash = last?["hash"] as String? ?? genesisHash
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = String(decoding: try encoder.encode(draft.kind), as: UTF8.self)
    let hash = chained(
      previousHash, [String(sequence), draft.at.description, draft.operation?.rawValue ?? "", draft.actor, body])
    try database.execute(
      sql: "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        sequence, draft.at.description, draft.operation?.rawValue, draft.actor, draft.kind.name, body, previousHash,
        hash,
      ])
    return JournalEntry(
      sequence: sequence, at: draft.at, operation: draft.operation, actor: draft.actor, kind: draft.kind, hash: hash,
      previousHash: previousHash)
  }

  static func fetch(_ database: Database, _ clause: String, _ arguments: StatementArguments) throws -> [JournalEntry] {
    try Row.fetchAll(database, sql: "SELECT * FROM entry \(clause)", arguments: arguments).map(entry)
  }

  private static func entry(_ row: Row) throws -> JournalEntry {
    let sequence: Int64 = row["sequence"]
    let body: String = row["body"]
    guard let at = Timestamp(row["at"] as String) else {
      throw JournalError("journal entry \(sequence) has a time that cannot be read")
    }
    return JournalEntry(
      sequence: sequence, at: at, operation: (row["operation"] as String?).map(OperationID.init), actor: row["actor"],
      kind: try JSONDecoder().decode(JournalEntry.Kind.self, from: Data(body.utf8)), hash: row["hash"],
      previousHash: row["previousHash"])
  }

  /// Each field goes in with its length, so that no two different rows give the same text.
  static func chained(_ previousHash: String, _ fields: [String]) -> String {
    var hash = SHA256()
    for field in [previousHash] + fields {
      hash.update(data: Data("\(field.utf8.count):".utf8))
      hash.update(data: Data(field.utf8))
    }
    return hash.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

extension JournalEntry.Kind {
  /// The column that queries look at.
  var name: String {
    switch self {
    case .operationStarted: "operationStarted"
    case .stepIntended: "stepIntended"
    case .stepDone: "stepDone"
    case .stepFailed: "stepFailed"
    case .stepRefused: "stepRefused"
    case .compensationIntended: "compensationIntended"
    case .compensationDone: "compensationDone"
    case .compensationFailed: "compensationFailed"
    case .controlled: "controlled"
    case .operationEnded: "operationEnded"
    case .refused: "refused"
    case .automation: "automation"
    case .decided: "decided"
    case .primarySeen: "primarySeen"
    case .noted: "noted"
    }
  }
}
