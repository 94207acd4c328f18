import FoundationEssentials
import GRDB
import Glibc
public import Operations

/// The journal in a SQLite file: append-only, hash-chained, and on disk before `append` returns.
public final class SQLiteJournal: JournalPort {
  /// Where the file lies.
  public let path: String
  let database: DatabaseQueue

  /// Opens or creates the journal. The file is readable by its owner alone.
  ///
  /// - Throws: ``JournalError`` when the file cannot be opened, or is no journal.
  public init(path: String) throws {
    self.path = path
    do {
      let directory = URL(filePath: path).deletingLastPathComponent().path
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      var configuration = GRDB.Configuration()
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { database in
        // FULL: a power cut after `append` has returned must not lose the intent.
        try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
      }
      database = try Self.open(path, configuration)
      try Self.migrate(database)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    } catch {
      throw JournalError(path: path, error)
    }
  }

  /// Going over to the write-ahead log takes the file for an instant, and SQLite does not wait for that by itself.
  private static func open(_ path: String, _ configuration: GRDB.Configuration) throws -> DatabaseQueue {
    for _ in 0..<250 {
      do { return try DatabaseQueue(path: path, configuration: configuration) } catch let error as DatabaseError {
        guard error.resultCode == .SQLITE_BUSY else { throw error }
        usleep(20_000)
      }
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Two processes that find a new journal at once both set about making its tables; whoever comes second finds them
  /// made.
  private static func migrate(_ database: DatabaseQueue) throws {
    do { try JournalSchema.migrator.migrate(database) } catch is DatabaseError {
      try JournalSchema.migrator.migrate(database)
    }
  }

  public func append(_ draft: JournalEntry.Draft) async throws -> JournalEntry {
    try await wrapping { try await $0.write { try JournalRow.append(draft, in: $0) } }
  }

  public func entries(after sequence: Int64, limit: Int) async throws -> [JournalEntry] {
    try await wrapping {
      try await $0.read {
        try JournalRow.fetch($0, "WHERE sequence > ? ORDER BY sequence LIMIT ?", [sequence, limit])
      }
    }
  }

  public func newest(_ limit: Int) async throws -> [JournalEntry] {
    try await wrapping {
      try await $0.read { try JournalRow.fetch($0, "ORDER BY sequence DESC LIMIT ?", [limit]).reversed() }
    }
  }

  public func unfinished() async throws -> [JournalEntry] {
    try await wrapping {
      try await $0.read {
        try JournalRow.fetch(
          $0,
          """
          WHERE operation IN (SELECT operation FROM entry WHERE kind = 'operationStarted')
          AND operation NOT IN (SELECT operation FROM entry WHERE kind = 'operationEnded') ORDER BY sequence
          """, [])
      }
    }
  }

  public func entries(of operation: OperationID) async throws -> [JournalEntry] {
    try await wrapping {
      try await $0.read {
        try JournalRow.fetch($0, "WHERE operation = ? ORDER BY sequence", [operation.rawValue])
      }
    }
  }

  public func checkWritable() async throws {
    try await wrapping {
      try await $0.write { try $0.execute(sql: "UPDATE writable SET tries = tries + 1") }
    }
  }

  /// Lets the file grow by some pages more and no further: a full disk for tests, with SQLite's own error.
  package func limitPages() async throws {
    try await database.write { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages + 30)")
    }
  }

  private func wrapping<Value: Sendable>(_ body: (DatabaseQueue) async throws -> Value) async throws -> Value {
    do {
      return try await body(database)
    } catch {
      throw JournalError(path: path, error)
    }
  }
}
