import Operations
import Testing

@Suite struct SyncRequestTests {
  private let id = LinkID("aws-azure")

  @Test func aRemedyIsACommandThatCanBeTyped() {
    #expect(SyncRequest.resume(id).command == "signalbox sync resume --link aws-azure")
    #expect(SyncRequest.baseline(id, tables: []).command == "signalbox sync baseline --link aws-azure")
    #expect(
      SyncRequest.verify(id, tables: ["public.a", "public.b"]).command
        == "signalbox sync verify public.a public.b --link aws-azure")
    #expect(
      SyncRequest.reapply(id, conflict: 42).command == "signalbox sync conflicts --reapply 42 --link aws-azure")
  }

  @Test func aShellTakesATablesNameForOneWord() {
    #expect(
      SyncRequest.repair(id, tables: ["public.My table; it's"]).command
        == "signalbox sync repair 'public.My table; it'\\''s' --link aws-azure")
  }
}
