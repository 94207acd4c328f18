/// A step that moves the right to take writes, or waits for what must be so before it may move.
public enum RoleAction: Sendable, Equatable, Codable {
  /// Take the application's right to write away, end its sessions, and prove it by a refused write.
  case fence(CloudID, generation: Generation)
  /// Fence it; should it stop answering, wait for the end of its lease as below. Where no lease was armed it is a fence
  /// and nothing else.
  case fenceOrAwaitLeaseEnd(CloudID, generation: Generation)
  /// The old primary cannot be reached: wait until its lease, the clocks' skew and a margin have passed. Fails where no
  /// lease was armed.
  case awaitLeaseEnd(CloudID, generation: Generation)
  /// The old primary cannot be reached and has no lease, and an operator overrode the rule by name: go on without proof.
  case assumeFenced(CloudID)
  /// Let the link bring what it still can, for at most so long. Going on without the rest is no failure.
  case catchUp(LinkID, seconds: Double)
  /// Say what the new primary does not have: from the newest look at the link. Changes nothing.
  case measureLoss(from: CloudID, to: CloudID)
  /// Give the application the right to write, under a generation that fences older controllers.
  case promote(CloudID, generation: Generation)
  /// Write a row through the new primary, and read it back.
  case verifyWritable(CloudID, generation: Generation)
  /// Wait until the longest TTL has passed and the cloud's share of requests is under `residualShare` (0 to 1).
  case drainTraffic(CloudID, residualShare: Double)
  /// Stay healthy for so long, or fail.
  case healthGate([CloudID], seconds: Double)
  /// Write the rows that only the old primary has, and those that differ, to a file beside the journal.
  case exportDivergence(CloudID, link: LinkID)
  /// Write the exported rows that only the old primary has to the new primary.
  case mergeDivergence(CloudID, link: LinkID)

  /// Whether performing it changes anything outside this program.
  public var mutates: Bool {
    switch self {
    case .fence, .fenceOrAwaitLeaseEnd, .promote, .verifyWritable, .mergeDivergence: true
    case .awaitLeaseEnd, .assumeFenced, .catchUp, .measureLoss, .drainTraffic, .healthGate, .exportDivergence: false
    }
  }

  /// `fence aws`.
  public var phrase: String {
    switch self {
    case .fence(let cloud, _): "fence \(cloud)"
    case .fenceOrAwaitLeaseEnd(let cloud, _): "fence \(cloud), or await the end of its lease"
    case .awaitLeaseEnd(let cloud, _): "await the end of \(cloud)'s lease"
    case .assumeFenced(let cloud): "take \(cloud) for fenced without proof"
    case .catchUp(let link, _): "let \(link) catch up"
    case .measureLoss(let from, let to): "measure what \(to) lacks of \(from)"
    case .promote(let cloud, _): "promote \(cloud)"
    case .verifyWritable(let cloud, _): "verify that \(cloud) takes writes"
    case .drainTraffic(let cloud, _): "drain \(cloud)"
    case .healthGate(let clouds, _): "watch the health of \(clouds.map(\.rawValue).joined(separator: ", "))"
    case .exportDivergence(let cloud, _): "export what only \(cloud) has"
    case .mergeDivergence(let cloud, _): "merge what only \(cloud) has"
    }
  }
}
