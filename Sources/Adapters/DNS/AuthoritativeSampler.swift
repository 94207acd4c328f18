public import Operations

/// Asks authoritative servers for one name, over and over, to see what share of answers each cloud gets.
public struct AuthoritativeSampler: AnswerSampler {
  private let question: DNSQuestion
  private let servers: [String]
  private let clouds: [String: CloudID]
  private let timeout: Duration

  /// - Parameters:
  ///   - name: the weighted name.
  ///   - servers: authoritative servers, `address:port`.
  ///   - addresses: what the record set answers for each cloud.
  ///   - timeout: for one query; it is sent twice before it counts as lost.
  public init(
    name: String, servers: [String], addresses: [(cloud: CloudID, address: String)], timeout: Duration = .seconds(1)
  ) {
    let isSix = addresses.contains { $0.address.contains(":") }
    question = DNSQuestion(name: name, type: isSix ? .aaaa : .a)
    self.servers = servers
    clouds = Dictionary(addresses.map { ($0.address, $0.cloud) }, uniquingKeysWith: { first, _ in first })
    self.timeout = timeout
  }

  public func sample(_ count: Int) async -> AnswerSample {
    let tallies = await withTaskGroup(of: (Int, ServerTally).self) { group in
      for (index, server) in servers.enumerated() {
        let share = count / servers.count + (index < count % servers.count ? 1 : 0)
        group.addTask { (index, await QueryPipeline(question: question, server: server, timeout: timeout).run(share)) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var sample = AnswerSample(countByCloud: [:], foreignCount: 0, servers: [])
    for (index, server) in servers.enumerated() {
      let tally = tallies[index] ?? ServerTally()
      for (address, count) in tally.countByAddress {
        if let cloud = clouds[address] {
          sample.countByCloud[cloud, default: 0] += count
        } else {
          sample.foreignCount += count
        }
      }
      let answering = !tally.countByAddress.isEmpty || tally.failure == nil
      sample.servers.append(.init(address: server, answering: answering, reason: answering ? "" : tally.failure ?? ""))
    }
    return sample
  }
}
