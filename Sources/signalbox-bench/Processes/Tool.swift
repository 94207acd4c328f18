import FoundationEssentials
import Glibc

/// Runs programs to their end and takes what they say.
enum Tool {
  /// What `command` wrote to its standard output.
  ///
  /// - Throws: ``BenchError`` with the end of its log when it failed.
  static func output(_ command: [String], log: String, environment: [String: String] = [:]) throws -> String {
    try run(command, log: log, environment: environment).output
  }

  /// Runs `command` and tells what it wrote and what it cost.
  static func run(_ command: [String], log: String, environment: [String: String] = [:]) throws -> FinishedRun {
    let begun = ContinuousClock.now
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw BenchError("no pipe: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let child: Child
    do {
      defer { close(ends[1]) }
      child = try Child(command, environment: environment, files: .pipe(ends[1], log: log))
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer.prefix(count))
    }
    guard child.wait() else { throw BenchError("\(command.joined(separator: " ")) failed; \(log) says why") }
    return FinishedRun(
      output: String(decoding: bytes, as: UTF8.self), seconds: (ContinuousClock.now - begun) / .seconds(1),
      cpuSeconds: child.cpuSecondsAtEnd)
  }

  /// What a command of this program measured.
  static func measurement<Value: Decodable>(_ type: Value.Type, _ arguments: [String], log: String) throws -> Value {
    try measurement(type, command: [Programs.this()] + arguments, log: log)
  }

  /// What a program measured, as it prints it in JSON.
  static func measurement<Value: Decodable>(
    _ type: Value.Type, command: [String], log: String
  ) throws -> Value {
    try JSONDecoder().decode(type, from: Data(try output(command, log: log).utf8))
  }
}
