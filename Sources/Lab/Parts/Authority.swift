/// The lab's own certificate authority.
struct Authority: Sendable {
  let plan: LabPlan

  private var folder: String { plan.directory.secrets }

  /// Makes the authority and a certificate for each cloud and for what both share.
  func make() async throws {
    try Files.write("[req]\ndistinguished_name=name\n[name]\n", to: folder + "/openssl.cnf")
    try await openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "365",
      "-config", folder + "/openssl.cnf", "-subj", "/CN=Signalbox lab authority", "-keyout", folder + "/authority.key",
      "-out", plan.directory.authority, "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0", "-addext",
      "keyUsage=critical,keyCertSign,cRLSign", "-addext", "subjectKeyIdentifier=hash",
    ])
    try Files.write(Files.read(plan.directory.authority), to: plan.directory.authority, mode: 0o644)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for cloud in LabCloud.allCases {
        let network = plan.network
        let addresses = [network.balancer(cloud), network.database(cloud), network.link(cloud.other)]
        group.addTask { try await certify(cloud.rawValue, names: [LabPlan.recordName], addresses: addresses) }
      }
      group.addTask { try await certify("shared", names: [], addresses: [plan.network.gateway]) }
      try await group.waitForAll()
    }
  }

  /// The certificate of one cloud, and its key.
  func certificate(_ name: String) throws -> (certificate: String, key: String) {
    (try Files.read("\(folder)/\(name).pem"), try Files.read("\(folder)/\(name).key"))
  }

  private func certify(_ name: String, names: [String], addresses: [String]) async throws {
    let alternatives = (names.map { "DNS:" + $0 } + addresses.map { "IP:" + $0 }).joined(separator: ",")
    let base = "\(folder)/\(name)"
    try Files.write(
      """
      basicConstraints=critical,CA:FALSE
      keyUsage=critical,digitalSignature
      extendedKeyUsage=serverAuth
      subjectAltName=\(alternatives)

      """, to: base + ".ext")
    try await openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", folder + "/openssl.cnf",
      "-subj", "/CN=\(name)", "-keyout", base + ".key", "-out", base + ".csr",
    ])
    try await openssl([
      "x509", "-req", "-in", base + ".csr", "-CA", plan.directory.authority, "-CAkey", folder + "/authority.key",
      "-days", "365", "-extfile", base + ".ext", "-out", base + ".pem",
    ])
  }

  private func openssl(_ arguments: [String]) async throws {
    try await plan.tool.run(
      plan.launch(plan.executables.openssl, arguments, part: "authority"), as: "certificate authority")
  }
}
