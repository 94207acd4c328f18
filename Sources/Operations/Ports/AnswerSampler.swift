/// Asks authoritative servers directly, as resolvers would.
public protocol AnswerSampler: Sendable {
  /// Sends `count` queries, spread over the servers.
  func sample(_ count: Int) async -> AnswerSample
}

/// What came back from one round of direct queries.
public struct AnswerSample: Sendable, Equatable {
  public var countByCloud: [CloudID: Int]
  /// Answers with an address that is no cloud's.
  public var foreignCount: Int
  public var servers: [AuthoritativeAnswers.Server]

  public init(countByCloud: [CloudID: Int], foreignCount: Int, servers: [AuthoritativeAnswers.Server]) {
    self.countByCloud = countByCloud
    self.foreignCount = foreignCount
    self.servers = servers
  }

  public var total: Int { countByCloud.values.reduce(0, +) }
}
