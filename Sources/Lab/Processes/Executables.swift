import FoundationEssentials
import Glibc

/// The programs a lab is made of, found once.
struct Executables: Sendable {
  var signalbox: String
  var workload: String
  var setpriv: String
  var openssl: String
  var initdb: String
  var postgres: String
  var psql: String
  var haproxy: String
  var nameServer: String
  var sqlite: String

  private static let systemDirectories = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]

  /// - Throws: ``LabError`` naming every program that is missing.
  static func find() throws -> Executables {
    var missing: [String] = []
    func own(_ name: String) -> String {
      let path = besideThisProgram(name)
      if access(path, X_OK) != 0 { missing.append("\(name) (expected at \(path))") }
      return path
    }
    func system(_ name: String, package: String, in folders: [String] = systemDirectories) -> String {
      for folder in folders where access(folder + "/" + name, X_OK) == 0 { return folder + "/" + name }
      missing.append("\(name) (Debian package \(package))")
      return name
    }
    let database = postgresFolders()
    let found = Executables(
      signalbox: own("signalbox"),
      workload: own("signalbox-workload"),
      setpriv: system("setpriv", package: "util-linux"),
      openssl: system("openssl", package: "openssl"),
      initdb: system("initdb", package: "postgresql", in: database),
      postgres: system("postgres", package: "postgresql", in: database),
      psql: system("psql", package: "postgresql-client", in: database + systemDirectories),
      haproxy: system("haproxy", package: "haproxy"),
      nameServer: system("pdns_server", package: "pdns-server"),
      sqlite: system("sqlite3", package: "sqlite3"))
    guard missing.isEmpty else {
      throw LabError(
        "programs", "missing: " + missing.joined(separator: ", "), remedy: "`make deps build` brings them")
    }
    return found
  }

  /// The program of that name in the folder of the program that runs.
  static func besideThisProgram(_ name: String) -> String {
    var path =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    if path.hasSuffix(" (deleted)") { path.removeLast(" (deleted)".count) }
    return (path.split(separator: "/", omittingEmptySubsequences: false).dropLast() + [Substring(name)])
      .joined(separator: "/")
  }

  /// Debian keeps each major version's programs apart; the newest first.
  private static func postgresFolders() -> [String] {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.compactMap(Int.init).sorted(by: >).map { "\(root)/\($0)/bin" } + systemDirectories
  }
}
