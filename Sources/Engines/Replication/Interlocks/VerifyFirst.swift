import Operations

/// A repair writes the rows that a comparison found; one from long ago found others.
struct VerifyFirst: Interlock {
  let name = InterlockName("verify-first")
  let overridability = Overridability.byName
  let validity: Duration

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard case .repair(_, let tables) = plan.syncRequest, let link = plan.syncLink(in: snapshot) else { return nil }
    for table in link.taken(tables) {
      guard let verify = table.lastVerify else {
        var hold = hold("\(table.name) has not been compared since this host began", link)
        // Where each command is its own host, comparing first is of no use.
        hold.remedy += ", while signalbox run or a console is open: what a command without them finds ends with it; "
        hold.remedy += "overridden, the repair compares first itself"
        return hold
      }
      if let failure = verify.failure { return hold("\(table.name) could not be compared: \(failure)", link) }
      // Rows that were equal are not written. And tables are compared one after the other, the largest for hours: what
      // counts is when the answer came.
      guard verify.differences > 0 else { continue }
      let age = snapshot.generatedAt - verify.at - .seconds(verify.seconds)
      guard age <= validity else {
        return hold("\(table.name) was compared \(age.components.seconds / 60) min ago", link, [table.name])
      }
    }
    return nil
  }

  /// - Parameter tables: whose answer is wanted; a comparison of all may make it old again before it ends.
  private func hold(_ reason: String, _ link: ReplicationLinkSnapshot, _ tables: [String] = []) -> InterlockHold {
    InterlockHold(reason: reason, remedy: "compare first: \(SyncRequest.verify(link.id, tables: tables).command)")
  }
}
