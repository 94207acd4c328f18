import Operations

/// Steps that several plans have.
extension PlanGround {
  func step(
    _ title: String, _ action: StepAction, _ effect: String, seconds: Double, noReturn: Bool = false,
    back: StepAction? = nil
  ) -> Plan.Step {
    Plan.Step(
      title: title, action: action, predictedEffect: effect, predictedSeconds: self.seconds(of: title) ?? seconds,
      isPointOfNoReturn: noReturn, compensation: back)
  }

  /// A planned fence: taken back by giving the rights back.
  func fence(_ cloud: CloudID) -> Plan.Step {
    step(
      "fence \(cloud)", .role(.fence(cloud, generation: generation)),
      "the application can no longer write at \(cloud), its sessions end, and a refused write proves it", seconds: 1,
      back: .role(.promote(cloud, generation: generation)))
  }

  func promote(_ cloud: CloudID) -> Plan.Step {
    step(
      "promote \(cloud)", .role(.promote(cloud, generation: generation)),
      "the application may write at \(cloud), under generation \(generation)", seconds: 1, noReturn: true)
  }

  func verifyWritable(_ cloud: CloudID) -> Plan.Step {
    step(
      "verify \(cloud)", .role(.verifyWritable(cloud, generation: generation)),
      "a row is written at \(cloud) and read back", seconds: 1)
  }

  func drain(_ link: ReplicationLinkSnapshot) -> Plan.Step {
    step(
      "drain \(link.id)", .sync(.drain(link.id)), "all that \(link.source) has committed is durable at \(link.target)",
      seconds: max(1, (link.lag?.value.appliedSeconds ?? 0).rounded(.up)))
  }

  func sequences(_ link: ReplicationLinkSnapshot) -> Plan.Step {
    step(
      "advance sequences", .sync(.advanceSequences(link.id)),
      "sequences at \(link.target) stand past those at \(link.source)", seconds: 1)
  }

  /// Write, verify, watch: what moves traffic once the right to write has moved.
  func traffic(from standing: Weights, to wanted: Weights) -> [Plan.Step] {
    guard standing != wanted else { return [] }
    return [
      write(from: standing, to: wanted, generation, titled: "write weights"), verifyAnswers(wanted), watch(wanted),
    ]
  }

  func write(
    from standing: Weights, to wanted: Weights, _ generation: Generation, titled title: String, noReturn: Bool = false,
    back: StepAction? = nil
  ) -> Plan.Step {
    step(
      title, .writeWeights(from: standing, to: wanted, generation: generation),
      "\(snapshot.recordSet.provider) holds \(wanted.ratio), if \(standing.ratio) still stands", seconds: 1,
      noReturn: noReturn, back: back)
  }

  func verifyAnswers(_ weights: Weights, titled title: String = "verify answers") -> Plan.Step {
    let shares = weights.clouds.map { "\($0) \(Int((weights.share(of: $0) * 100).rounded())) %" }
    return step(
      title, .verifyAnswers(weights: weights), "authoritative servers answer \(shares.joined(separator: ", "))",
      seconds: 1)
  }

  func watch(_ weights: Weights) -> Plan.Step {
    let ttl = snapshot.recordSet.ttl
    return step(
      "watch traffic", .observeShares(weights: weights),
      "clients that honour the TTL follow within \(ttl.components.seconds) s", seconds: ttl.inSeconds)
  }
}
