import FoundationEssentials
import TestSupport
import Testing

/// A lab whose host reaches both databases by networks that a test can cut, with tables of pgbench's to replicate.
struct ReplicationJourney: Sendable {
  private static let programs = "/usr/lib/postgresql/15/bin"

  let lab: JourneyLab
  let networks: [NetworkProxy]
  private let clouds: [Cloud]

  var configuration: String { lab.directory.path + "/cut.yaml" }

  /// - Parameter options: of `lab up`.
  static func begin(_ options: String...) async throws -> ReplicationJourney {
    let lab = JourneyLab()
    try await lab.up(["--instances", "1", "--ttl", "2"] + options)
    do {
      return try await ReplicationJourney(lab)
    } catch {
      try await lab.lab("down")
      throw error
    }
  }

  private init(_ lab: JourneyLab) async throws {
    let text = try await lab.lab("status", "--format", "json")
    clouds = try JSONDecoder().decode(Status.self, from: Data(text.utf8)).clouds
    networks = clouds.enumerated().map { number, cloud in
      NetworkProxy(
        address: "127.29.1.\(number + 1)", port: cloud.database.port,
        upstream: (cloud.database.host, cloud.database.port))
    }
    self.lab = lab
    let via = zip(["source", "target"], networks).map { "\($0): {host: \($1.address), port: \($1.port)}" }
      .joined(separator: ", ")
    try String(contentsOfFile: lab.configuration, encoding: .utf8)
      .replacing("    target: azure\n", with: "    target: azure\n    keyless: full\n    via: {\(via)}\n")
      .write(to: URL(filePath: configuration), atomically: true, encoding: .utf8)
    try await makeTables()
  }

  /// pgbench's own tables, the one without a key included, and two of the journey's.
  private func makeTables() async throws {
    for (number, cloud) in clouds.enumerated() {
      let steps = number == 0 ? "dtgp" : "dtp"
      let made = await run("pgbench", "-i -q -I \(steps)", at: cloud)
      try #require(made.status == 0, "\(made.output)")
      try await query(
        """
        CREATE TABLE note (id int PRIMARY KEY, body text, n int NOT NULL);
        CREATE TABLE beat (id int PRIMARY KEY, at timestamptz NOT NULL);
        CREATE TABLE number (n int PRIMARY KEY);
        """, at: number)
    }
  }

  func end() async throws { try await lab.lab("down") }

  /// - Parameter side: 0 for the primary's cloud, 1 for the secondary's.
  func database(at side: Int) -> Cloud.Database { clouds[side].database }

  func nameServerURL() async throws -> String {
    let text = try await lab.lab("status", "--format", "json")
    return try JSONDecoder().decode(Status.self, from: Data(text.utf8)).dns.apiURL
  }

  /// The host without a screen. It dies with the last reference, by SIGKILL.
  func host() -> ChildProcess { ChildProcess([Program.signalbox, "run", "--config", configuration]) }

  func signalbox(_ words: String...) async -> (status: Int32, output: String) { await signalbox(words) }

  func signalbox(_ words: [String]) async -> (status: Int32, output: String) {
    await Program.run([Program.signalbox] + words + ["--config", configuration])
  }

  /// pgbench on the primary, past the networks.
  func pgbench(_ words: String) async -> (status: Int32, output: String) { await run("pgbench", words, at: clouds[0]) }

  /// As ``pgbench(_:)``, until it is stopped.
  func beating(_ words: String) -> ChildProcess { ChildProcess(command("pgbench", words, at: clouds[0])) }

  /// - Parameter side: 0 for the primary's cloud, 1 for the secondary's.
  @discardableResult
  func query(_ sql: String, at side: Int) async throws -> String {
    let file = lab.directory.path + "/query-\(side).sql"
    try sql.write(to: URL(filePath: file), atomically: true, encoding: .utf8)
    let result = await run("psql", "-XAtq -v ON_ERROR_STOP=1 -f '\(file)'", at: clouds[side])
    try #require(result.status == 0, "\(sql): \(result.output)")
    return result.output.trimming(while: \.isWhitespace)
  }

  /// Writes numbers as the application does, to whichever database takes them, until it is stopped; those that were
  /// acknowledged are in ``acknowledged()``.
  func counting() -> ChildProcess {
    let hosts = clouds.map(\.database.host).joined(separator: ",")
    return ChildProcess([
      "sh", "-c",
      """
      export PGPASSWORD="$(head -n 1 '\(lab.path)/secrets/application')" PGSSLMODE=verify-full PGCONNECT_TIMEOUT=2 \
        PGSSLROOTCERT='\(lab.path)/authority.pem' PGHOST='\(hosts)' PGUSER=app PGDATABASE='\(clouds[0].database.name)' \
        PGPORT=\(clouds[0].database.port) PGTARGETSESSIONATTRS=read-write
      n=0
      while :; do
        n=$((n + 1))
        timeout 5 \(Self.programs)/psql -XAtq -c "INSERT INTO number VALUES ($n)" && echo $n >>'\(acknowledgedFile)'
      done
      """,
    ])
  }

  private var acknowledgedFile: String { lab.directory.path + "/acknowledged" }

  func acknowledged() -> Set<Int> {
    let text = (try? String(contentsOfFile: acknowledgedFile, encoding: .utf8)) ?? ""
    return Set(text.split(separator: "\n").compactMap { Int($0) })
  }

  private func run(_ program: String, _ words: String, at cloud: Cloud) async -> (status: Int32, output: String) {
    await Program.run(command(program, words, at: cloud))
  }

  private func command(_ program: String, _ words: String, at cloud: Cloud) -> [String] {
    let database = cloud.database
    return [
      "sh", "-c",
      """
      export PGPASSWORD="$(head -n 1 '\(cloud.operator.passwordFile)')" PGSSLMODE=verify-full \
        PGSSLROOTCERT='\(lab.path)/authority.pem' PGHOST='\(database.host)' PGPORT=\(database.port) \
        PGUSER='\(cloud.operator.user)' PGDATABASE='\(database.name)' PGOPTIONS='-c role=app_owner'
      exec \(Self.programs)/\(program) \(words)
      """,
    ]
  }

  /// What is read of `lab status --format json`.
  private struct Status: Decodable {
    struct NameServer: Decodable {
      var apiURL: String
    }

    var clouds: [Cloud]
    var dns: NameServer
  }

  struct Cloud: Decodable, Sendable {
    struct Database: Decodable, Sendable {
      var host: String
      var port: Int
      var name: String
    }

    struct Login: Decodable, Sendable {
      var user: String
      var passwordFile: String
    }

    var id: String
    var database: Database
    var `operator`: Login
  }
}

extension String {
  fileprivate func trimming(while isEdge: (Character) -> Bool) -> String {
    String(drop(while: isEdge).reversed().drop(while: isEdge).reversed())
  }
}
