internal import Operations

extension PostgresSettings {
  /// The parameters of libpq's `PQconnectStartParams`. They are handed over in memory: no connection string, so nothing
  /// to escape and nothing that a process list could show.
  ///
  /// Source: PostgreSQL 15 documentation, 34.1.2 "Parameter Key Words".
  var parameters: [(keyword: String, value: String)] {
    var parameters = Host.parameters(of: hosts)
    parameters += [
      ("dbname", database), ("user", user), ("application_name", applicationName),
      ("target_session_attrs", targetSession.rawValue), ("client_encoding", "UTF8"), ("gssencmode", "disable"),
      // A peer that vanishes without a word is noticed in about half a minute, not in hours.
      ("keepalives", "1"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "15000"),
    ]
    if isReplication { parameters.append(("replication", "database")) }
    if let password { parameters.append(("password", password.reveal())) }
    // libpq takes what is empty for not given, and then reads PGOPTIONS of whoever started this program.
    parameters.append(("options", options ?? " "))
    switch security {
    case .verifyHost(let file):
      parameters += [("sslmode", "verify-full"), ("sslrootcert", file), ("ssl_min_protocol_version", "TLSv1.3")]
    case .verifyAuthority(let file):
      parameters += [("sslmode", "verify-ca"), ("sslrootcert", file), ("ssl_min_protocol_version", "TLSv1.3")]
    case .none:
      parameters.append(("sslmode", "disable"))
    }
    return parameters
  }

  /// The session's settings by name, in its order.
  var serverSettings: [(name: String, value: String)] {
    var settings = sessionSettings
    if let statementTimeout {
      settings["statement_timeout"] = String(Int((statementTimeout / .milliseconds(1)).rounded(.up)))
    }
    return settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// `-c name=value` for each of them.
  private var options: String? {
    let settings = serverSettings
    guard !settings.isEmpty else { return nil }
    let escaped = { (value: String) in value.escaping("\\ ", with: "\\") }
    return settings.map { "-c \($0.name)=\(escaped($0.value))" }.joined(separator: " ")
  }

  /// Refuses what libpq would misread.
  func check() throws(PostgresError) {
    guard !hosts.isEmpty else { throw .invalidSettings("no host is given") }
    for host in hosts where host.name.isEmpty || host.name.contains(",") || !(1...65535).contains(host.port) {
      throw .invalidSettings("\(host) is no host and port")
    }
    for host in hosts {
      if let address = host.address, !Host.isAddress(address) { throw .invalidSettings("\(address) is no address") }
    }
    for (keyword, value) in parameters where value.utf8.contains(0) {
      throw .invalidSettings("the value of \(keyword) has a zero byte in it")
    }
  }
}

extension PostgresSettings.Host {
  /// libpq's keywords for where to connect to.
  ///
  /// Source: PostgreSQL 15 documentation, 34.1.2 "Parameter Key Words".
  public static func parameters(of hosts: [Self]) -> [(keyword: String, value: String)] {
    let parameters = [
      ("host", hosts.map(\.name).joined(separator: ",")),
      ("port", hosts.map { String($0.port) }.joined(separator: ",")),
    ]
    guard hosts.contains(where: { $0.address != nil }) else { return parameters }
    // An empty one leaves its host to be resolved.
    return parameters + [("hostaddr", hosts.map { $0.address ?? "" }.joined(separator: ","))]
  }
}
