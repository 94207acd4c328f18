import Operations

/// Where the later commit wins, the clocks must agree on which is the later.
struct ClockSkew: Interlock {
  let name = InterlockName("clock-skew")
  let overridability = Overridability.never
  let limits: [LinkID: Duration]

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard let link = plan.syncLink(in: snapshot), link.mode == .streamBoth else { return nil }
    switch plan.syncRequest {
    case .resume, .reapply, .now: break
    default: return nil
    }
    let limit = limits[link.id] ?? .milliseconds(500)
    guard let skew = link.clockSkewSeconds else {
      return InterlockHold(
        reason: "the clocks of \(link.source) and \(link.target) are not known to agree: they were not compared of "
          + "late",
        remedy: "wait until both databases answer, and no table is being copied")
    }
    guard abs(skew) > limit.inSeconds else { return nil }
    return InterlockHold(
      reason: "the clocks of \(link.source) and \(link.target) are \(Int((abs(skew) * 1000).rounded())) ms apart; "
        + "the limit is \(Int(limit.inMilliseconds)) ms", remedy: "let both follow the same time servers")
  }
}
