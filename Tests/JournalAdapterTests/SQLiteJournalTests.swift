import Foundation
import GRDB
import JournalAdapter
import Operations
import TestSupport
import Testing

@Suite struct SQLiteJournalTests {
  private func filled(_ path: String) async throws -> SQLiteJournal {
    let journal = try SQLiteJournal(path: path)
    for number in 1...5 {
      _ = try await journal.append(
        .init(
          at: Timestamp(secondsSinceEpoch: Double(number)), operation: nil, actor: "kit@ops1", kind: .noted("\(number)")
        ))
    }
    return journal
  }

  @Test func anUntouchedJournalIsIntact() async throws {
    let directory = TemporaryDirectory("signalbox-journal")
    defer { directory.remove() }
    let journal = try await filled("\(directory.path)/j")
    #expect(try await journal.verify() == .intact(entries: 5))
  }

  /// As a host and a command do that are started in the same moment.
  @Test func aNewJournalMayBeOpenedByManyAtOnce() async throws {
    let directory = TemporaryDirectory("signalbox-journal")
    defer { directory.remove() }
    for turn in 0..<10 {
      let path = "\(directory.path)/j\(turn)"
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<6 { group.addTask { _ = try SQLiteJournal(path: path) } }
        try await group.waitForAll()
      }
      #expect(try await filled(path).verify() == .intact(entries: 5))
    }
  }

  @Test func itIsReadableByItsOwnerAlone() async throws {
    let directory = TemporaryDirectory("signalbox-journal")
    defer { directory.remove() }
    _ = try await filled("\(directory.path)/j")
    let mode = try FileManager.default.attributesOfItem(atPath: "\(directory.path)/j")[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  /// Someone with the file and a SQLite shell changes history.
  @Test(arguments: [
    ("UPDATE entry SET body = replace(body, '3', '9') WHERE sequence = 3", 3),
    ("UPDATE entry SET actor = 'eve' WHERE sequence = 2", 2), ("DELETE FROM entry WHERE sequence = 4", 4),
  ])
  func tamperingIsFound(sql: String, at sequence: Int64) async throws {
    let directory = TemporaryDirectory("signalbox-journal")
    defer { directory.remove() }
    let journal = try await filled("\(directory.path)/j")
    let shell = try DatabaseQueue(path: "\(directory.path)/j")
    await #expect(throws: DatabaseError.self) { try await shell.write { try $0.execute(sql: sql) } }
    try await shell.write {
      try $0.execute(sql: "DROP TRIGGER entryIsNeverChanged; DROP TRIGGER entryIsNeverRemoved; \(sql)")
    }
    guard case .broken(let found, _) = try await journal.verify() else {
      Issue.record("the change was not found")
      return
    }
    #expect(found == sequence)
  }

  @Test func aFileThatIsNoJournalIsRefusedAndKept() async throws {
    let directory = TemporaryDirectory("signalbox-journal")
    defer { directory.remove() }
    let path = "\(directory.path)/notes.txt"
    let text = Data(String(repeating: "dear diary ", count: 100).utf8)
    try text.write(to: URL(filePath: path))
    #expect { try SQLiteJournal(path: path) } throws: { "\($0)".contains("it is no journal") && "\($0)".contains(path) }
    #expect(try Data(contentsOf: URL(filePath: path)) == text)
  }

  @Test func aDirectoryThatCannotBeMadeIsNamed() async throws {
    #expect { try SQLiteJournal(path: "/proc/nowhere/journal") } throws: { "\($0)".contains("/proc/nowhere/journal") }
  }

  /// SQLite's own page limit stands in for a full disk: the error is the same SQLITE_FULL.
  @Test func aFullDiskIsSaidAndNothingIsLost() async throws {
    let directory = TemporaryDirectory("signalbox-journal")
    defer { directory.remove() }
    let journal = try await filled("\(directory.path)/j")
    try await journal.limitPages()
    let long = JournalEntry.Kind.noted(String(repeating: "x", count: 100_000))
    await #expect {
      for _ in 0..<100 {
        _ = try await journal.append(
          .init(at: Timestamp(secondsSinceEpoch: 9), operation: nil, actor: "kit@ops1", kind: long))
      }
    } throws: {
      "\($0)".contains("the disk is full")
    }
    guard case .intact(let entries) = try await journal.verify() else {
      Issue.record("the chain broke")
      return
    }
    #expect(entries >= 5)
  }
}
