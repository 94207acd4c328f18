import Operations

/// Rows are copied from where they are written.
struct SourceIsPrimary: Interlock {
  let name = InterlockName("source-not-primary")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard let link = plan.syncLink(in: snapshot), link.mode != .streamBoth else { return nil }
    switch plan.syncRequest {
    case .baseline, .repair, .resume: break
    default: return nil
    }
    guard snapshot.primary != link.source else { return nil }
    return InterlockHold(
      reason: "\(link.source) is not the primary; \(snapshot.primary.map { "\($0) is" } ?? "none is known")",
      remedy: "reverse the link, or make \(link.source) the primary")
  }
}
