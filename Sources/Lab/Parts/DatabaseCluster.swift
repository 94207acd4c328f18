import Glibc

/// One cloud's PostgreSQL cluster on disk, and commands run against it.
struct DatabaseCluster: Sendable {
  let plan: LabPlan
  let cloud: LabCloud

  var part: String { "\(cloud.rawValue)/database" }
  private var home: String { plan.directory.databaseHome(cloud) }
  private var data: String { plan.directory.databaseData(cloud) }

  /// initdb, with the lab's settings. It skips its own fsync: a machine that crashes now takes the lab with it anyway.
  func initialise() async throws {
    let account = plan.databaseAccount
    try Files.makeFolder(home, mode: 0o700, owner: account)
    let passwordFile = home + "/superuser-password"
    try Files.write(plan.secret(.superuser) + "\n", to: passwordFile, owner: account)
    defer { Files.remove(passwordFile) }
    var launch = plan.launch(
      plan.executables.initdb,
      [
        "--pgdata=\(data)", "--username=postgres", "--pwfile=\(passwordFile)", "--auth=scram-sha-256", "--no-sync",
        "--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8",
      ], part: part)
    launch.account = account?.name
    launch.passesClosedFolders = plan.isClosedToDatabase
    launch.workingDirectory = home
    try await plan.tool.run(launch, as: part)
    let configuration = DatabaseConfiguration(plan: plan, cloud: cloud)
    try Files.write(configuration.settings(), to: data + "/postgresql.auto.conf", owner: account)
    try Files.write(DatabaseConfiguration.accessRules, to: data + "/pg_hba.conf", owner: account)
  }

  func installCertificate(_ authority: Authority) throws {
    let pair = try authority.certificate(cloud.rawValue)
    try Files.write(pair.certificate, to: home + "/server.crt", owner: plan.databaseAccount)
    try Files.write(pair.key, to: home + "/server.key", owner: plan.databaseAccount)
  }

  var launch: Launch {
    var launch = plan.launch(plan.executables.postgres, ["-D", data], part: part)
    launch.account = plan.databaseAccount?.name
    launch.passesClosedFolders = plan.isClosedToDatabase
    launch.workingDirectory = data
    return launch
  }

  /// All processes of the cluster, the postmaster's children too.
  func processes() -> [pid_t] { ProcessTable.inside([data]) }

  /// Runs a script as the superuser.
  ///
  /// - Returns: the values it selected, one per line.
  @discardableResult
  func run(_ script: String, database: String = LabPlan.databaseName, timeout: Duration = .seconds(30)) async throws
    -> String
  {
    let file = "\(plan.directory.secrets)/\(cloud.rawValue)-\(UInt64.random(in: 0...UInt64.max)).sql"
    try Files.write(script, to: file)
    defer { Files.remove(file) }
    let output = file + ".out"
    defer { Files.remove(output) }
    var launch = plan.launch(
      plan.executables.psql, ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse", "-f", file],
      part: part)
    launch.output = output
    launch.environment = [
      "PGHOST": plan.network.database(cloud), "PGPORT": String(LabNetwork.databasePort), "PGUSER": "postgres",
      "PGDATABASE": database, "PGPASSWORD": plan.secret(.superuser), "PGSSLMODE": "verify-full",
      "PGSSLROOTCERT": plan.directory.authority, "PGCONNECT_TIMEOUT": "3",
      // A statement that fails is not repeated in the server's log: some hold a password.
      "PGOPTIONS": "-c log_min_error_statement=panic",
    ]
    return try await plan.tool.run(launch, as: part, timeout: timeout)
  }
}
