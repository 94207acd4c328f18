import FoundationEssentials
import Glibc

/// Files and folders with the owner and mode they must have from their first moment.
enum Files {
  /// Makes a folder, and those above it that are missing.
  static func makeFolder(_ path: String, mode: mode_t, owner: Account? = nil) throws {
    if mkdir(path, mode) != 0 {
      let code = errno
      if code == ENOENT, let parent = parent(of: path) {
        try makeFolder(parent, mode: geteuid() == 0 ? 0o711 : 0o700)
        return try makeFolder(path, mode: mode, owner: owner)
      }
      guard code == EEXIST else { throw LabError.system(path, "cannot be made", errno: code) }
      var information = stat()
      guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
        throw LabError(path, "is there and is no folder", remedy: "choose another --directory")
      }
    }
    // mkdir(2) takes the mode through the umask.
    chmod(path, mode)
    if let owner, chown(path, owner.user, owner.group) != 0 {
      throw LabError.system(path, "cannot be given to \(owner.name)", errno: errno)
    }
  }

  /// Replaces a file as a whole: a reader sees the old text or the new.
  static func write(_ text: String, to path: String, mode: mode_t = 0o600, owner: Account? = nil) throws {
    let temporary = path + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw LabError.system(path, "cannot be written", errno: errno) }
    defer { close(descriptor) }
    fchmod(descriptor, mode)
    if let owner, fchown(descriptor, owner.user, owner.group) != 0 {
      throw LabError.system(path, "cannot be given to \(owner.name)", errno: errno)
    }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw LabError.system(path, "cannot be written", errno: errno) }
      bytes = bytes.dropFirst(count)
    }
    guard rename(temporary, path) == 0 else { throw LabError.system(path, "cannot be written", errno: errno) }
  }

  static func read(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw LabError.system(path, "cannot be read", errno: errno)
    }
    return String(decoding: data, as: UTF8.self)
  }

  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func isEmpty(_ folder: String) throws -> Bool {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty } catch {
      throw LabError(folder, "cannot be read", remedy: "choose another --directory")
    }
  }

  static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    return String(path[..<slash])
  }
}
