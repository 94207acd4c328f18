import Glibc

/// A user of this machine.
struct Account: Sendable, Equatable {
  var name: String
  var user: uid_t
  var group: gid_t

  /// The account PostgreSQL must run under: it refuses to run as root, so root lends it the package's own.
  static func forDatabase() throws -> Account? {
    guard geteuid() == 0 else { return nil }
    guard let entry = getpwnam("postgres")?.pointee else {
      throw LabError("postgres", "the account does not exist", remedy: "install Debian's package postgresql")
    }
    return Account(name: "postgres", user: entry.pw_uid, group: entry.pw_gid)
  }

  /// Whether a folder on the way to `path` may not be passed through by this account.
  func isShutOut(of path: String) -> Bool {
    var folder = ""
    for component in path.split(separator: "/") {
      folder += "/" + component
      var information = stat()
      guard stat(folder, &information) == 0 else { return false }
      let mode = information.st_mode
      let open =
        information.st_uid == user
        ? mode & S_IXUSR != 0 : information.st_gid == group ? mode & S_IXGRP != 0 : mode & S_IXOTH != 0
      if !open { return true }
    }
    return false
  }
}
