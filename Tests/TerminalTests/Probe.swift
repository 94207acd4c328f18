import Glibc
import TestSupport
import Testing

/// The probe program in a terminal, and what it notes.
struct Probe {
  let terminal: PseudoTerminal
  private let directory = TemporaryDirectory("terminal-tests")

  var notesFile: String { directory.path + "/notes" }
  var logFile: String { directory.path + "/log" }

  static let executable: String = {
    let own = (try? String(resolvingLink: "/proc/self/exe")) ?? ""
    return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/terminal-probe"
  }()

  /// Starts the probe and waits until it has drawn.
  ///
  /// - Parameter wrapper: a command that starts the probe, whose arguments follow.
  init(columns: Int32 = 80, rows: Int32 = 24, environment: [String: String] = [:], wrapper: [String] = []) async throws
  {
    let command = wrapper + [Self.executable, directory.path + "/notes", directory.path + "/log"]
    terminal = try PseudoTerminal(command, columns: columns, rows: rows, environment: environment)
    try await waitForNote("drawn")
  }

  var notes: [String] { Self.contents(of: notesFile).split(separator: "\n").map(String.init) }

  /// The probe's own process, wrapped or not.
  var process: pid_t {
    let note = notes.first { $0.hasPrefix("pid ") }
    return note.flatMap { pid_t($0.dropFirst(4)) } ?? terminal.process
  }

  /// The first note that begins so.
  func note(_ prefix: String) -> String? { notes.first { $0.hasPrefix(prefix) } }

  var log: String { Self.contents(of: logFile) }

  func waitForNote(_ note: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await terminal.wait(for: "the note \(note)", sourceLocation: sourceLocation) { notes.contains(note) }
  }

  /// What the probe has drawn last, row by row, according to its notes.
  static func lastPicture(in notes: String) -> [String] {
    let rows = contents(of: notes).split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = rows.lastIndex(of: "picture"), let end = rows[start...].firstIndex(of: "end of picture") else {
      return []
    }
    return rows[(start + 1)..<end].map(String.init)
  }

  /// Whether one of the probe's threads waits within write(2), numbered 1 or 64 depending on the machine.
  var isBlockedWriting: Bool {
    let folder = "/proc/\(process)/task"
    return Self.names(in: folder).contains { thread in
      let call = Self.contents(of: "\(folder)/\(thread)/syscall")
      return call.hasPrefix("1 ") || call.hasPrefix("64 ")
    }
  }

  /// Whether a signal has been sent to the probe and not been taken yet.
  var hasPendingSignals: Bool {
    Self.contents(of: "/proc/\(process)/status").split(separator: "\n").contains { line in
      (line.hasPrefix("ShdPnd:") || line.hasPrefix("SigPnd:")) && line.dropFirst(7).contains { $0 != "0" && $0 != "\t" }
    }
  }

  private static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { continue }
      let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
      names.append(String(cString: name))
    }
    return names
  }

  static func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }
}

extension String {
  init(resolvingLink path: String) throws {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count - 1)
    try #require(count > 0)
    self = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
