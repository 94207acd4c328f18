import Operations

/// Rows that the application writes are never overwritten by a copy or a repair, and a link is not turned onto them.
struct TargetTakesWrites: Interlock {
  let name = InterlockName("target-takes-writes")
  let overridability = Overridability.never
  /// Links that leave rows of the target's alone which are later than the source's: they may run where it is written.
  let keepingLater: Set<LinkID>

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard let request = plan.syncRequest, let link = plan.syncLink(in: snapshot), link.mode != .streamBoth else {
      return nil
    }
    let overwritten: CloudID
    switch request {
    case .resume where keepingLater.contains(link.id): return nil
    case .baseline, .repair, .resume: overwritten = link.target
    case .reverse: overwritten = link.source
    case .pause, .verify, .now, .reapply: return nil
    }
    guard let database = snapshot.cloud(overwritten)?.database?.fresh(at: snapshot.generatedAt) else {
      return InterlockHold(
        reason: "whether the application may write at \(overwritten) is not known",
        remedy: "wait until \(overwritten)'s database answers")
    }
    guard database.writable else { return nil }
    return InterlockHold(
      reason: "the application may write at \(overwritten), and what it wrote there would be overwritten",
      remedy: "take the application role's right to write at \(overwritten) away first")
  }
}
