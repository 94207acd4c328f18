import FoundationEssentials
import Glibc

/// Where everything of one lab lies.
public struct LabDirectory: Sendable, Equatable {
  public let path: String

  /// - Parameter path: absolute, or relative to the working directory.
  public init(_ path: String) {
    var text = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    if let resolved = realpath(text, nil) {
      text = String(cString: resolved)
      free(resolved)
    }
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    self.path = text
  }

  /// `$SIGNALBOX_LAB`, else `$XDG_RUNTIME_DIR/signalbox-lab`, else `/tmp/signalbox-lab-UID/lab`.
  public static func standard() -> LabDirectory { standard(environment: ProcessInfo.processInfo.environment) }

  static func standard(environment: [String: String]) -> LabDirectory {
    LabDirectory(standardPath(environment: environment))
  }

  private static func standardPath(environment: [String: String]) -> String {
    if let path = environment["SIGNALBOX_LAB"], !path.isEmpty { return path }
    // As root the lab must be where PostgreSQL's own account can go, and a runtime directory is closed to others.
    if geteuid() != 0, let runtime = environment["XDG_RUNTIME_DIR"], !runtime.isEmpty {
      return runtime + "/signalbox-lab"
    }
    return "/tmp/signalbox-lab-\(geteuid())/lab"
  }

  /// The configuration of the lab that is in the usual place, where nobody else can have put it there or can exchange
  /// it: it names commands that are run.
  public static var ownConfiguration: String? { ownConfiguration(environment: ProcessInfo.processInfo.environment) }

  static func ownConfiguration(environment: [String: String]) -> String? {
    let lab = URL(filePath: standardPath(environment: environment))
    let file = lab.path + "/signalbox.yaml"
    let above = lab.deletingLastPathComponent().path
    guard isOwn(file, S_IFREG), isOwn(lab.path, S_IFDIR), isOwn(above, S_IFDIR, orShared: true) else { return nil }
    return file
  }

  /// - Parameter shared: it may also be root's, and one in which nobody can rename what is another's.
  private static func isOwn(_ path: String, _ kind: mode_t, orShared shared: Bool = false) -> Bool {
    var facts = stat()
    guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == kind else { return false }
    let isClosed = facts.st_mode & 0o022 == 0 || (shared && facts.st_mode & mode_t(S_ISVTX) != 0)
    return isClosed && (facts.st_uid == geteuid() || (shared && facts.st_uid == 0))
  }

  /// Made by `up`, so that a directory that is no lab is never emptied, and locked by a living supervisor. It is never
  /// removed: a lock on a file that has lost its name keeps nobody out.
  var marker: String { path + "/.signalbox-lab" }
  /// What the supervisor last said of itself, for those who cannot ask it.
  var state: String { path + "/lab.json" }
  public var configuration: String { path + "/signalbox.yaml" }
  var journal: String { path + "/journal.sqlite" }
  var authority: String { path + "/authority.pem" }
  var secrets: String { path + "/secrets" }
  var logs: String { path + "/logs" }
  var work: String { path + "/work" }
  /// Written every few seconds while the lab has users of its own.
  public var traffic: String { path + "/traffic.json" }

  func secret(_ name: String) -> String { secrets + "/" + name }
  func log(_ part: String) -> String { logs + "/" + part.replacing("/", with: "-") + ".log" }
  func cloud(_ cloud: LabCloud) -> String { path + "/" + cloud.rawValue }
  func databaseHome(_ cloud: LabCloud) -> String { self.cloud(cloud) + "/database" }
  func databaseData(_ cloud: LabCloud) -> String { databaseHome(cloud) + "/data" }
  var shared: String { path + "/shared" }

  /// A journal tells of databases and of a record set that are gone: whoever believed it would take what it says of the
  /// old lab's links and leases for true of the new one's. The last one is kept to be read.
  func setJournalAside() {
    Files.remove(journal + ".lease.word")
    guard access(journal, F_OK) == 0 else { return }
    for end in ["", "-wal", "-shm"] {
      let old = path + "/journal.before.sqlite" + end
      Files.remove(old)
      if access(journal + end, F_OK) == 0 { rename(journal + end, old) }
    }
  }

  /// Everything `down` removes; logs, the journal and the marker stay.
  var perishable: [String] {
    LabCloud.allCases.map(cloud) + [shared, secrets, authority, configuration, state, traffic, work, sockets]
  }
}

extension LabDirectory {
  /// A Unix socket's address has room for 107 bytes (`sun_path`, unix(7)).
  private static let longestSocketPath = 107

  /// Where this lab's Unix sockets are: below the directory, or where its path is too long, in a short place that
  /// follows from it.
  var sockets: String {
    let inside = path + "/sockets"
    if (inside + "/azure-load-balancer.sock.1234567.tmp").utf8.count <= Self.longestSocketPath { return inside }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "/tmp/signalbox-lab-\(geteuid())/" + String(hash, radix: 36)
  }

  var control: String { sockets + "/lab.sock" }
  /// The control socket of a host that uses this lab's configuration.
  var hostControl: String { sockets + "/signalbox.sock" }
  func runtimeAPI(_ part: String) -> String { sockets + "/" + part.replacing("/", with: "-") + ".sock" }
}
