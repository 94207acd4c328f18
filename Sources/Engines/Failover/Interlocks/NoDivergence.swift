import Operations

/// A planned move goes to a side that was proven equal: what differs there would become what counts.
///
/// A person who has seen the differences may discard them, by name.
struct NoDivergence: Interlock {
  let name = InterlockName("divergence")
  let overridability = Overridability.byName
  /// How long a comparison counts.
  let validity: Duration

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard plan.isPlannedMove, let link = plan.drainedLink(in: snapshot) else { return nil }
    // A comparison leaves them out.
    if let aside = link.setAside.briefly {
      return InterlockHold(
        reason: "\(link.target) has an old copy of \(aside): set aside",
        remedy: "mend and copy what was set aside: "
          + SyncRequest.baseline(link.id, tables: link.setAside.map(\.name)).command)
    }
    let verify = "compare the rows: \(SyncRequest.verify(link.id, tables: []).command)"
    guard let last = link.lastVerify else {
      return InterlockHold(
        reason: "the rows of \(link.source) and \(link.target) were not compared since this host began", remedy: verify)
    }
    if let failure = last.failure {
      return InterlockHold(reason: "the rows could not be compared: \(failure)", remedy: verify)
    }
    guard last.differences == 0 else {
      return InterlockHold(
        reason: "\(last.differences) rows of \(link.source) and \(link.target) differ",
        remedy: "repair them: \(SyncRequest.repair(link.id, tables: []).command), or look at them and discard them")
    }
    if let undecided = last.undecidedWords { return InterlockHold(reason: undecided, remedy: verify) }
    let age = snapshot.generatedAt - last.at
    guard age > validity else { return nil }
    return InterlockHold(
      reason: "the rows were last compared \(age.components.seconds / 3600) h ago", remedy: verify)
  }
}
