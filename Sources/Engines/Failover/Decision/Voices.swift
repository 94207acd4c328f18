import Operations

/// What the vantages say of one thing now. Whoever has not spoken lately says nothing.
struct Voices: Sendable, Equatable {
  var all: [FailoverCondition.Voice]

  /// Of a cloud's front door.
  init(of cloud: CloudSnapshot, at now: Timestamp) {
    all = cloud.vantages.map { vantage in
      let speaks = Self.speaks(vantage, of: cloud, at: now)
      return FailoverCondition.Voice(
        vantage: vantage.id, network: vantage.network, health: speaks ? vantage.health : .unknown,
        detail: vantage.detail, ageSeconds: vantage.lastProbeAt.map { max(0, (now - $0).inSeconds) })
    }
  }

  /// Of its database, as its application tells the vantages.
  init(ofDatabaseOf cloud: CloudSnapshot, at now: Timestamp) {
    all = cloud.vantages.map { vantage in
      let speaks = Self.speaks(vantage, of: cloud, at: now)
      let word = speaks ? vantage.database?.fresh(at: now) : nil
      return FailoverCondition.Voice(
        vantage: vantage.id, network: vantage.network, health: word?.health ?? .unknown,
        detail: word?.detail ?? "says nothing of the database",
        ageSeconds: vantage.database.map { $0.age(at: now).inSeconds })
    }
  }

  /// A probe of the future is one from before the clock was set back: it counts as little as an old one.
  private static func speaks(_ vantage: VantageSnapshot, of cloud: CloudSnapshot, at now: Timestamp) -> Bool {
    guard let probed = vantage.lastProbeAt else { return false }
    let limit = cloud.verdict.staleAfter
    return now - probed <= limit && probed - now <= limit
  }

  var down: [FailoverCondition.Voice] { all.filter { $0.health == .down } }
  var healthy: [FailoverCondition.Voice] { all.filter { $0.health == .healthy } }
  var speaking: [FailoverCondition.Voice] { all.filter { $0.health != .unknown } }

  /// Age of the oldest of those who speak.
  var ageSeconds: Double? { speaking.compactMap(\.ageSeconds).max() }

  /// Whether enough of them, on enough networks, say down, and more than say anything else.
  func agreeOnDown(_ policy: FailoverPolicy) -> Bool {
    Self.isQuorum(down, policy) && down.count * 2 > speaking.count
  }

  func agreeOnHealthy(_ policy: FailoverPolicy) -> Bool {
    Self.isQuorum(healthy, policy) && healthy.count * 2 > speaking.count
  }

  private static func isQuorum(_ voices: [FailoverCondition.Voice], _ policy: FailoverPolicy) -> Bool {
    voices.count >= policy.quorum.vantages && networks(voices) >= policy.quorum.networks
  }

  private static func networks(_ voices: [FailoverCondition.Voice]) -> Int { Set(voices.map(\.network)).count }

  /// `2/3 vantages on 2 networks say down; 2 on 2 needed`.
  func text(_ voices: [FailoverCondition.Voice], say word: String, _ policy: FailoverPolicy) -> String {
    "\(voices.count)/\(DecisionText.count(all.count, "vantage")) on "
      + "\(DecisionText.count(Self.networks(voices), "network")) say \(word); "
      + "\(policy.quorum.vantages) on \(policy.quorum.networks) needed"
  }
}
