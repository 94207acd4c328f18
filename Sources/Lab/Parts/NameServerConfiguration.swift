/// What PowerDNS is told, and the zone it starts with.
///
/// Two processes share one database: one answers DNS, the other serves the HTTP API, as a provider's data plane and
/// control plane do, so that either can fail alone. All caches are off: a change is answered at once, and each answer is
/// made anew, so there are two threads that make them.
/// Settings: https://doc.powerdns.com/authoritative/settings.html
struct NameServerConfiguration: Sendable {
  let plan: LabPlan

  var folder: String { plan.directory.shared }
  var database: String { folder + "/zones.sqlite" }
  /// PowerDNS reads `pdns-NAME.conf` for `--config-name=NAME`, or `pdns.conf` in `--config-dir`.
  var serverFolder: String { folder + "/name-server" }
  var apiFolder: String { folder + "/name-api" }

  func server() -> String {
    common(address: plan.network.nameServer, control: "name-server")
  }

  func api() -> String {
    common(address: plan.network.nameAPI, control: "name-api") + """
      api=yes
      api-key=\(plan.secret(.nameAPIKey))
      webserver=yes
      webserver-address=\(plan.network.nameAPI)
      webserver-port=\(LabNetwork.nameAPIPort)
      webserver-allow-from=127.0.0.0/8
      webserver-loglevel=none

      """
  }

  private func common(address: String, control: String) -> String {
    """
    launch=gsqlite3
    gsqlite3-database=\(database)
    gsqlite3-pragma-synchronous=1
    local-address=\(address)
    local-port=\(LabNetwork.namePort)
    socket-dir=\(plan.directory.sockets)/\(control)
    daemon=no
    guardian=no
    disable-syslog=yes
    write-pid=no
    loglevel=4
    enable-lua-records=yes
    edns-subnet-processing=no
    security-poll-suffix=
    version-string=anonymous
    receiver-threads=2
    reuseport=yes
    distributor-threads=1
    cache-ttl=0
    query-cache-ttl=0
    negquery-cache-ttl=0
    domain-metadata-cache-ttl=0
    zone-cache-refresh-interval=0
    zone-metadata-cache-ttl=0

    """
  }

  /// The two clouds with equal weights.
  var record: String {
    let choices = LabCloud.allCases.map { "{50,'\(plan.network.balancer($0))'}" }.joined(separator: ",")
    return "A \"pickwrandom({\(choices)})\""
  }

  /// SQL that follows the package's own schema.
  func zone() -> String {
    let ttl = plan.settings.ttlSeconds
    let zone = LabPlan.zone
    let quoted = record.replacing("'", with: "''")
    return """
      PRAGMA journal_mode=WAL;
      .read /usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql
      INSERT INTO domains (id, name, type) VALUES (1, '\(zone)', 'NATIVE');
      INSERT INTO domainmetadata (domain_id, kind, content) VALUES (1, 'SOA-EDIT-API', 'INCREASE');
      INSERT INTO records (domain_id, name, type, content, ttl) VALUES
        (1, '\(zone)', 'SOA', 'ns.\(zone). hostmaster.\(zone). 1 3600 600 86400 \(max(1, ttl))', 3600),
        (1, '\(zone)', 'NS', 'ns.\(zone).', 3600),
        (1, 'ns.\(zone)', 'A', '\(plan.network.nameServer)', 3600),
        (1, '\(LabPlan.recordName)', 'LUA', '\(quoted)', \(ttl));

      """
  }

  func write() async throws {
    let controls = ["name-server", "name-api"].map { plan.directory.sockets + "/" + $0 }
    for folder in [serverFolder, apiFolder] + controls { try Files.makeFolder(folder, mode: 0o700) }
    try Files.write(server(), to: serverFolder + "/pdns.conf")
    try Files.write(api(), to: apiFolder + "/pdns.conf")
    let script = folder + "/zones.sql"
    try Files.write(zone(), to: script)
    let arguments = ["-bail", "-init", "/dev/null", database, ".read \(script)"]
    try await plan.tool.run(
      plan.launch(plan.executables.sqlite, arguments, part: "shared/name-server"), as: "shared/name-server")
  }
}
