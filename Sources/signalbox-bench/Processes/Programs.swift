import FoundationEssentials
import Glibc

/// Where programs are.
enum Programs {
  private static let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]

  /// - Parameter package: Debian's, that brings it.
  static func system(_ name: String, package: String) throws -> String {
    for folder in folders where access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
    throw BenchError("\(name) is missing: install Debian's \(package), or run `make bench`")
  }

  /// A program of PostgreSQL 15. Debian keeps each major version's programs apart.
  static func postgres(_ name: String) throws -> String {
    let path = "/usr/lib/postgresql/15/bin/\(name)"
    guard access(path, X_OK) == 0 else { throw BenchError("\(path) is missing: install Debian's postgresql-15") }
    return path
  }

  /// This program itself.
  static func this() throws -> String { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }

  /// A program that is built into the folder of this one.
  static func own(_ name: String) throws -> String {
    let path = try this().split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    guard access("\(path)/\(name)", X_OK) == 0 else {
      throw BenchError("\(path)/\(name) is missing: run `make build`")
    }
    return "\(path)/\(name)"
  }
}
