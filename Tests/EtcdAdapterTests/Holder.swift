import Glibc
import TestSupport
import Testing

/// A process of its own that holds a lease in etcd, and tells what becomes of it.
final class Holder: Sendable {
  private let directory = TemporaryDirectory("signalbox-holder")
  private let process: ChildProcess

  private static let executable: String = {
    let own = (try? String(resolvingLink: "/proc/self/exe")) ?? ""
    return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/lease-holder"
  }()

  init(_ url: String, name: String, ttl: Int, lockDelay: Int) {
    process = ChildProcess(
      [Self.executable, url, EtcdBench.key, name, "\(ttl)", "\(lockDelay)"], log: "\(directory.path)/log")
  }

  /// Whether so many of its lines begin with `words`, as soon as they do.
  func said(_ words: String, times: Int = 1) async -> Bool {
    await eventually { process.output.split(separator: "\n").filter { $0.hasPrefix(words) }.count >= times }
  }

  func signal(_ number: Int32) {
    let line = process.output.split(separator: "\n").first { $0.hasPrefix("pid ") }
    if let pid = line.flatMap({ pid_t($0.dropFirst(4)) }) { kill(pid, number) }
  }

  func end() {
    signal(SIGCONT)
    process.stop()
  }
}

extension String {
  fileprivate init(resolvingLink path: String) throws {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count - 1)
    try #require(count > 0)
    self = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
