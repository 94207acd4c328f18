/// Without a durable intent nothing may be changed.
public struct JournalWritable: Interlock {
  public let name = InterlockName("journal-unwritable")
  public let overridability = Overridability.never

  public init() {}

  public func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    snapshot.journalFault.map { InterlockHold(reason: $0, remedy: "make the journal writable; watching goes on") }
  }
}
