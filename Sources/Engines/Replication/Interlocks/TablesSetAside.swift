import Operations

/// A table that was set aside has not had the source's changes since, and one that is left out never had any: the target
/// would go on with an old copy of it, or none.
struct TablesSetAside: Interlock {
  let name = InterlockName("tables-set-aside")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard case .reverse = plan.syncRequest, let link = plan.syncLink(in: snapshot) else { return nil }
    let refused = link.tables.filter { $0.state == .refused }
    let aside = link.setAside.briefly.map { "\(link.target) has an old copy of \($0): set aside" }
    let leftOut = refused.briefly.map { "\(link.target) has nothing of \($0): left out" }
    let reasons = [aside, leftOut].compactMap { $0 }
    guard !reasons.isEmpty else { return nil }
    let copy = SyncRequest.baseline(link.id, tables: link.setAside.map(\.name)).command
    let remedies = [
      aside.map { _ in "mend and copy what was set aside: \(copy)" },
      leftOut.map { _ in "mend what is left out, as signalbox sync status says, or carry it over by hand" },
    ]
    return InterlockHold(
      reason: reasons.joined(separator: "; "), remedy: remedies.compactMap { $0 }.joined(separator: "; "))
  }
}
