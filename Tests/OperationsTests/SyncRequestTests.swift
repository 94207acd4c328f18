import FoundationEssentials
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

  @Test func aRequestToPutBackNamesTheRowAndIsReadWithoutOneToo() throws {
    let row = DiscardedRow(table: "public.account", key: "id=42", isDeletion: true)
    let request = SyncRequest.reapply(id, conflict: 42, of: row)
    #expect(request.title == "Delete public.account id=42 as discarded in conflict 42 on aws-azure")
    #expect(try JSONDecoder().decode(SyncRequest.self, from: JSONEncoder().encode(request)) == request)
    // As it was before rows were named.
    let old = Data(#"{"reapply": {"_0": "aws-azure", "conflict": 42}}"#.utf8)
    #expect(try JSONDecoder().decode(SyncRequest.self, from: old) == .reapply(id, conflict: 42))
  }
}
