import FoundationEssentials
import Glibc
import Lab

/// The same requests, sent by an adapter and by a tool.
struct AdapterTrials {
  struct Trial {
    var name: String
    /// Arguments of ``OwnRequests``.
    var ours: [String]
    var peer: [String]
    var peerEnvironment: [String: String] = [:]
  }

  let all: [Trial]

  init(count: Int, lab: LabStatus, url: String, _ scratch: Scratch) throws {
    all = [
      try Self.http(count, url), try Self.dns(count, lab, scratch), try Self.postgres(count, lab, scratch),
    ]
  }

  private static func http(_ count: Int, _ url: String) throws -> Trial {
    Trial(
      name: "HTTP", ours: ["--kind", "http", "--count", String(count), "--place", url],
      peer: [try Programs.system("curl", package: "curl"), "-s", "-o", "/dev/null", "\(url)?[1-\(count)]"])
  }

  private static func dns(_ count: Int, _ lab: LabStatus, _ scratch: Scratch) throws -> Trial {
    let names = try scratch.write(String(repeating: "\(lab.dns.name) A\n", count: count), to: "names")
    return Trial(
      name: "DNS",
      ours: [
        "--kind", "dns", "--count", String(count), "--place", "\(lab.dns.address):\(lab.dns.port)", "--name",
        lab.dns.name,
      ],
      peer: [
        try Programs.system("dig", package: "bind9-dnsutils"), "@\(lab.dns.address)", "-p", String(lab.dns.port), "-f",
        names, "+short",
      ])
  }

  private static func postgres(_ count: Int, _ lab: LabStatus, _ scratch: Scratch) throws -> Trial {
    guard let database = lab.clouds.first?.database else { throw BenchError("the lab has no cloud") }
    let script = try scratch.write("SELECT 1;\n", to: "select.sql")
    let password = try String(contentsOfFile: database.passwordFile, encoding: .utf8).split(separator: "\n").first
    return Trial(
      name: "SQL",
      ours: [
        "--kind", "postgres", "--count", String(count), "--place", "\(database.host):\(database.port)", "--name",
        database.name, "--user", database.user, "--password-file", database.passwordFile, "--authority",
        lab.certificateAuthority,
      ],
      peer: [
        try pgbench(), "-n", "-M", "prepared", "-c", "1", "-t", String(count), "-f", script, "-h", database.host, "-p",
        String(database.port), "-U", database.user, database.name,
      ],
      peerEnvironment: [
        "PGPASSWORD": password.map(String.init) ?? "", "PGSSLMODE": "verify-ca",
        "PGSSLROOTCERT": lab.certificateAuthority,
      ])
  }

  /// Debian keeps each major version's programs apart.
  private static func pgbench() throws -> String {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let paths: [String] = versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin/pgbench" }
    let found = paths.first { access($0, X_OK) == 0 }
    guard let found else { throw BenchError("pgbench is missing: install Debian's postgresql") }
    return found
  }
}
