import FoundationEssentials
import Glibc
import Yams

/// The file that keeps what an operator chose in the console, from one start to the next: the theme.
///
/// ```yaml
/// theme: dusk
/// ```
public struct PreferencesFile: Sendable, Equatable {
  /// A file longer than this is none of ours.
  static let byteLimit = 64 * 1024

  public var path: String

  public init(path: String) { self.path = path }

  /// Beside the user's own themes: `$XDG_CONFIG_HOME/signalbox/console.yaml`, or below `~/.config`.
  ///
  /// - Returns: nil where the environment names no home; nothing is kept then.
  public static func standard(environment: [String: String]) -> PreferencesFile? {
    if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
      return PreferencesFile(path: "\(config)/signalbox/console.yaml")
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return PreferencesFile(path: "\(home)/.config/signalbox/console.yaml")
  }

  /// The name of the theme that was chosen last; nil where none ever was.
  ///
  /// - Throws: ``PreferencesProblem`` where the file is there and cannot be made use of.
  public func theme() throws(PreferencesProblem) -> String? {
    guard let text = try contents() else { return nil }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      let yaml = error as? YamlError
      throw problem("is not YAML: \(yaml?.problemText ?? "\(error)")", line: yaml?.line)
    }
    guard let node else { return nil }
    guard case .mapping(let mapping) = node else { throw problem("is no mapping such as 'theme: dark'") }
    for (key, _) in mapping where key.string != "theme" {
      throw problem("has the unknown key '\(key.string ?? "?")'; the only one is 'theme'", line: key.mark?.line)
    }
    guard let value = mapping["theme"] else { return nil }
    guard case .scalar(let scalar) = value, !scalar.string.isEmpty else {
      throw problem("'theme' must be the name of a theme", line: value.mark?.line)
    }
    return scalar.string
  }

  /// Replaces the file as a whole: after a crash the old one or the new one is there. Only its owner can read it. Where
  /// the file is a symbolic link, as keepers of such files make them, what it leads to is replaced.
  ///
  /// - Throws: ``PreferencesProblem`` where it cannot be written; the old file stands then.
  public func keep(theme: String) throws(PreferencesProblem) {
    let target = resolved()
    let directory = String(target[..<(target.lastIndex(of: "/") ?? target.startIndex)])
    do {
      let text = "# Written by the console when a theme is chosen.\n" + (try Yams.dump(object: ["theme": theme]))
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try Self.replace(target, with: Array(text.utf8), draftsIn: directory)
    } catch let failure as Failure {
      throw problem("cannot be written: \(failure.message)")
    } catch let error as CocoaError {
      let reason = (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
      throw problem("its directory cannot be made: \(reason ?? "\(error)")")
    } catch {
      throw problem("cannot be written: \(error)")
    }
  }
}

extension PreferencesFile {
  private struct Failure: Error {
    var message: String

    /// What the last system call said.
    static var last: Failure { Failure(message: String(cString: strerror(errno))) }
  }

  private func problem(_ message: String, line: Int? = nil) -> PreferencesProblem {
    PreferencesProblem(path: path, line: line, message: message)
  }

  /// What the path leads to, through symbolic links.
  private func resolved() -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Nil where there is no file. A pipe or a device in its place is not waited for.
  private func contents() throws(PreferencesProblem) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw problem("cannot be read: \(Failure.last.message)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw problem("is no regular file")
    }
    var bytes = [UInt8](repeating: 0, count: Self.byteLimit + 1)
    var filled = 0
    while filled < bytes.count {
      let count = bytes[filled...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { break }
      if count > 0 {
        filled += count
      } else if errno != EINTR {
        throw problem("cannot be read: \(Failure.last.message)")
      }
    }
    guard filled <= Self.byteLimit else { throw problem("is longer than \(Self.byteLimit) bytes") }
    guard let text = String(validating: bytes.prefix(filled), as: UTF8.self) else { throw problem("is not UTF-8 text") }
    return text
  }

  private static func replace(_ target: String, with bytes: [UInt8], draftsIn directory: String) throws {
    // Readable by its owner alone from its first moment on.
    let draft = "\(directory)/.console.yaml.\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Failure.last }
    do {
      defer { close(descriptor) }
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw Failure.last }
      }
      guard fsync(descriptor) == 0 else { throw Failure.last }
      guard rename(draft, target) == 0 else { throw Failure.last }
    } catch {
      unlink(draft)
      throw error
    }
  }
}
