import Operations

/// Without a durable intent nothing may be changed.
struct JournalWritable: Interlock {
  let name = InterlockName("journal-unwritable")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    snapshot.journalFault.map { InterlockHold(reason: $0, remedy: "make the journal writable; watching goes on") }
  }
}
