import Operations

/// A table that was set aside has not had the source's changes since: the target would go on with an old copy of it.
struct TablesSetAside: Interlock {
  let name = InterlockName("tables-set-aside")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard case .reverse = plan.syncRequest, let link = plan.syncLink(in: snapshot), let aside = link.setAside.briefly
    else { return nil }
    return InterlockHold(
      reason: "\(link.target) has an old copy of \(aside): set aside",
      remedy: "mend and copy what was set aside: "
        + SyncRequest.baseline(link.id, tables: link.setAside.map(\.name)).command)
  }
}
