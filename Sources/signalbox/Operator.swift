import FoundationEssentials
import Glibc

/// Who is at the keys.
enum Operator {
  /// `kit@ops1`.
  static var name: String {
    let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())"
    // Under sudo the person is the one who called it.
    let person = ProcessInfo.processInfo.environment["SUDO_USER"] ?? user
    return "\(person)@\(host)"
  }

  /// `kit@ops1 pid 4242`.
  static var holder: String { "\(name) pid \(getpid())" }

  private static var host: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
