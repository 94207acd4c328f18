import DNSAdapter
import HTTPAdapter
import Operations

/// Asks the lab's parts, from outside, whether they serve.
struct Readiness: Sendable {
  let plan: LabPlan
  let client: HTTPClient
  let watch = StartWatch()

  init(plan: LabPlan) throws {
    self.plan = plan
    client = try HTTPClient()
  }

  /// Tries until `check` answers nil, for at most `limit`.
  ///
  /// - Parameter check: nil when all is well, else what is missing.
  /// - Throws: ``LabError`` with what was still missing, and the tail of the part's log.
  func wait(
    for part: String, limit: Duration = .seconds(30), _ check: @Sendable () async -> String?
  ) async throws {
    let deadline = ContinuousClock.now + limit
    var missing = "it was not asked"
    while ContinuousClock.now < deadline {
      if let failure = watch.failure { throw failure }
      guard let answer = await check() else { return }
      missing = answer
      try await Task.sleep(for: .milliseconds(40))
    }
    let log = LogTail.last(ofFile: plan.directory.log(part))
    throw LabError(part, "not healthy after \(limit): \(missing)", remedy: "its log ends: \(log)")
  }

  /// The load balancer answers in TLS, and every instance passes its checks.
  func balancer(_ cloud: LabCloud) async -> String? {
    let port = Int(LabNetwork.balancerPort)
    var request = HTTPRequest(url: "https://\(LabPlan.recordName):\(port)/ready")
    request.addressOverrides = [.init(host: LabPlan.recordName, port: port, address: plan.network.balancer(cloud))]
    request.certificateAuthorityFile = plan.directory.authority
    request.timeout = .seconds(2)
    do {
      let response = try await client.send(request)
      guard response.isSuccess else { return "/ready answers \(response.status)" }
    } catch { return "\(error)" }
    return await instances(cloud)
  }

  /// Asked of HAProxy: fields 1, 17 and 36 of a line are the server, its state and its last check.
  private func instances(_ cloud: LabCloud) async -> String? {
    let api = RuntimeAPI(path: plan.directory.runtimeAPI("\(cloud.rawValue)/load-balancer"))
    guard let table = try? await api.send("show stat workload 4 -1") else { return "HAProxy does not answer" }
    let servers = table.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      .filter { $0.count > 36 && $0[0] == "workload" }
    let failing = servers.filter { !($0[17].hasPrefix("UP") && $0[36] == "L7OK") }
    guard let first = failing.first else { return servers.isEmpty ? "HAProxy knows no instance" : nil }
    return "\(failing.count) of \(servers.count) instances are not in service (\(first[1]): \(first[17]) \(first[36]))"
  }

  /// The DNS API answers through the gateway.
  func nameAPI() async -> String? {
    var request = HTTPRequest(url: plan.network.apiURL + "/api/v1/servers/localhost/zones/\(LabPlan.zone).")
    request.secretHeaders = [("X-API-Key", Secret(plan.secret(.nameAPIKey)))]
    request.certificateAuthorityFile = plan.directory.authority
    request.timeout = .seconds(2)
    do {
      let response = try await client.send(request)
      return response.isSuccess ? nil : "it answers \(response.status)"
    } catch { return "\(error)" }
  }

  /// The name server answers with a cloud's address.
  func names() async -> String? {
    let server = "\(plan.network.nameServer):\(LabNetwork.namePort)"
    do {
      let answer = try await DNSClient().query(
        name: LabPlan.recordName, type: .a, server: server, timeout: .seconds(1))
      let known = LabCloud.allCases.map(plan.network.balancer)
      let found = answer.answers.compactMap(\.address)
      return found.contains { known.contains($0) }
        ? nil : "it answers \(answer.responseCode) with \(found.count) addresses"
    } catch { return "\(error)" }
  }

  /// The secondary has all that the primary has written.
  func replication(primary: DatabaseCluster, secondary: DatabaseCluster) async -> String? {
    do {
      let uncopied = try await secondary.run(DatabaseScripts.copied, timeout: .seconds(5)).trimmed
      guard uncopied == "0" else { return "\(uncopied) tables are not copied yet" }
      let receivers = try await primary.run(DatabaseScripts.caughtUp, timeout: .seconds(5)).trimmed
      return receivers == "1" ? nil : "the secondary is not caught up"
    } catch { return "\(error)" }
  }

  func database(_ cluster: DatabaseCluster) async -> String? {
    do {
      try await cluster.run("SELECT 1;", database: "postgres", timeout: .seconds(5))
      return nil
    } catch { return "\(error)" }
  }
}
