import GRDB

/// Why the journal could not be read or written, with the remedy.
public struct JournalError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(path: String, _ error: any Error) {
    guard let error = error as? DatabaseError else {
      description = (error as? JournalError)?.description ?? "journal \(path): \(error)"
      return
    }
    let remedy =
      switch error.resultCode {
      case .SQLITE_FULL: "the disk is full; free space on it"
      case .SQLITE_IOERR: "the disk does not take writes; check it, and its free space"
      case .SQLITE_READONLY: "it is not writable; check its owner and mode, and the mount"
      case .SQLITE_CANTOPEN: "it cannot be opened; check that its directory exists and is writable"
      case .SQLITE_NOTADB, .SQLITE_CORRUPT: "it is no journal, or it is damaged; move it away and keep it"
      case .SQLITE_BUSY, .SQLITE_LOCKED: "another process holds it; end that process"
      default: error.message ?? "SQLite error \(error.resultCode.rawValue)"
      }
    description = "journal \(path): \(remedy)"
  }

  init(_ description: String) { self.description = description }
}
