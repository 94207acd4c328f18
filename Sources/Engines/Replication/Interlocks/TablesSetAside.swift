import Operations

/// A table that was set aside has not had the source's changes since: the target would go on with an old copy of it.
struct TablesSetAside: Interlock {
  let name = InterlockName("tables-set-aside")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard case .reverse = plan.syncRequest, let link = plan.syncLink(in: snapshot) else { return nil }
    let aside = link.setAside.map(\.name)
    guard let first = aside.first else { return nil }
    let others = aside.count > 1 ? " and \(aside.count - 1) more" : ""
    return InterlockHold(
      reason: "\(first)\(others) at \(link.target) \(aside.count > 1 ? "lack" : "lacks") changes: set aside",
      remedy: "copy what was set aside first: \(SyncRequest.baseline(link.id, tables: [first]).command)")
  }
}
