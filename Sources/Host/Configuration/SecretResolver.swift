import FoundationEssentials
import Glibc
public import Operations
import Subprocess
import SystemPackage

/// Fetches secrets from the places that the configuration names. A failure names the place, never what was found.
public enum SecretResolver {
  private static let limit = 8192

  /// - Throws: ``HostError/failed(_:)`` with the place and the remedy.
  public static func resolve(_ reference: SecretReference) async throws -> Secret {
    let text =
      switch reference {
      case .environment(let name): try environment(name)
      case .file(let path): try file(path)
      case .command(let words): try await command(words)
      }
    let secret =
      text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
    guard !secret.isEmpty else { throw HostError.failed("\(reference.place): it holds no secret") }
    return Secret(secret)
  }

  private static func environment(_ name: String) throws -> String {
    guard let value = getenv(name) else {
      throw HostError.failed("environment variable \(name): it is not set; set it before starting")
    }
    return String(cString: value)
  }

  private static func file(_ path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0, let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw HostError.failed("file \(path): it cannot be read; check that it exists and belongs to you")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw HostError.failed("file \(path): others may read it; run chmod 600 on it")
    }
    guard data.count <= limit else { throw HostError.failed("file \(path): it is larger than 8 KiB") }
    return String(decoding: data, as: UTF8.self)
  }

  private static func command(_ words: [String]) async throws -> String {
    guard let program = words.first else { throw HostError.failed("the command has no words") }
    let place = "command \(program)"
    let arguments = Array(words.dropFirst())
    return try await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask {
        let executable: Executable =
          program.contains("/") ? .path(FilePath(program)) : .name(program)
        do {
          let result = try await run(
            executable, arguments: Arguments(arguments), output: .string(limit: limit), error: .discarded)
          guard case .exited(0) = result.terminationStatus else {
            throw HostError.failed("\(place): it failed (\(result.terminationStatus)); run it by hand")
          }
          return result.standardOutput
        } catch let error as SubprocessError {
          throw HostError.failed("\(place): it could not be run (\(error.code)); check its path")
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(10))
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let output = first else {
        throw HostError.failed("\(place): it did not end within 10 s")
      }
      return output
    }
  }
}
