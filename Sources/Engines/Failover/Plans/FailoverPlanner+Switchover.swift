import Operations

/// The right to write moves to a secondary that has everything.
extension FailoverPlanner {
  func switchover(to target: CloudID, _ ground: PlanGround, named verb: String) throws -> Draft {
    let target = try ground.cloud(target).id
    let primary = try ground.primary(before: target)
    guard primary != target else { throw PlanGround.isPrimaryAlready(target) }
    let link = try ground.requireLink(from: primary, to: target)
    guard link.mode != .snapshot else {
      throw HostError.noPlan(
        "\(link.id) takes snapshots and cannot be turned round, so \(primary) would be left behind",
        remedy: "give the link the mode stream or native in the configuration; without \(primary): signalbox failover "
          + "\(target)")
    }
    guard link.source == primary else {
      throw HostError.noPlan(
        "\(link.id) brings changes of \(link.source), and \(primary) is the primary, so \(target) does not follow it",
        remedy: "take \(target) in again first: signalbox rejoin \(target)")
    }
    let standing = try ground.standingWeights()
    let wanted = standing.exchanged(primary, target)
    // Up to the promotion nobody takes writes, and all of it can be taken back.
    var steps = [ground.fence(primary), ground.drain(link), ground.sequences(link)]
    // A link that goes both ways has its way back already.
    if link.mode != .streamBoth { steps.append(reverse(link, ground)) }
    steps += [ground.promote(target), ground.verifyWritable(target)]
    steps += ground.traffic(from: standing, to: wanted)
    return Draft(title: "\(verb): \(primary) → \(target)", steps: steps)
  }

  /// While both sides are fenced, the way back can be turned round once more.
  private func reverse(_ link: ReplicationLinkSnapshot, _ ground: PlanGround) -> Plan.Step {
    ground.step(
      "reverse \(link.id)", .sync(.reverse(link.id, source: link.target)),
      "a slot is made at \(link.target) before its first write, then the old one dropped; changes go "
        + "\(link.target) → \(link.source)", seconds: 3, back: .sync(.reverse(link.id, source: link.source)))
  }
}

extension Weights {
  /// The same with two clouds' weights in each other's place.
  func exchanged(_ one: CloudID, _ other: CloudID) -> Weights {
    guard let left = self[one], let right = self[other] else { return self }
    var exchanged = self
    exchanged[one] = right
    exchanged[other] = left
    return exchanged
  }
}
