import Foundation
import Operations
import Testing

@Suite struct VerifySummaryTests {
  @Test func whatCouldNotBeComparedIsNotEqual() {
    var summary = VerifySummary(at: Samples.start, rowsCompared: 9, inFlight: 2)
    #expect(summary.isEqual)
    #expect(summary.undecidedWords == nil)
    summary.undecided = 1
    #expect(!summary.isEqual)
    #expect(
      summary.undecidedWords == "1 row changed at every look and could not be compared: again when it rests")
  }

  @Test func aLinkIsNotEqualWhereOneTableIsNotKnownToBe() {
    var link = ReplicationLinkSnapshot(
      id: LinkID("a-b"), mode: .stream, source: CloudID("a"), target: CloudID("b"), state: .streaming,
      since: Samples.start)
    link.tables = [0, 2].map {
      ReplicatedTable(
        name: "public.t\($0)", state: .streaming, lastVerify: VerifySummary(at: Samples.start, undecided: $0))
    }
    #expect(link.lastVerify?.isEqual == false)
  }

  @Test func onlyWhatWasFoundSinceCounts() {
    var link = ReplicationLinkSnapshot(
      id: LinkID("a-b"), mode: .stream, source: CloudID("a"), target: CloudID("b"), state: .streaming,
      since: Samples.start)
    #expect(link.verified([], since: Samples.start) == nil)
    link.tables = [("public.old", 0), ("public.new", 1), ("public.none", nil)].map { name, seconds in
      ReplicatedTable(
        name: name, state: .streaming,
        lastVerify: seconds.map { VerifySummary(at: Samples.start + .seconds($0)) })
    }
    #expect(link.verified([], since: Samples.start)?.map(\.name) == ["public.new"])
    #expect(link.verified(["public.new"], since: Samples.start)?.count == 1)
    for name in ["public.old", "public.none", "public.unknown"] {
      #expect(link.verified(["public.new", name], since: Samples.start) == nil)
    }
    #expect(link.verified([], since: Samples.start + .seconds(1)) == nil)
  }

  /// As hosts of earlier versions have written it.
  @Test func summariesOfEarlierVersionsAreRead() throws {
    let earlier = """
      {"at": \(String(decoding: try JSONEncoder().encode(Samples.start), as: UTF8.self)), "rowsCompared": 9, "missing": 1,
       "surplus": 0, "unlike": 2, "inFlight": 3, "seconds": 0.5}
      """
    let summary = try JSONDecoder().decode(VerifySummary.self, from: Data(earlier.utf8))
    #expect(
      summary
        == VerifySummary(at: Samples.start, rowsCompared: 9, missing: 1, unlike: 2, inFlight: 3, seconds: 0.5))
    var newer = summary
    newer.undecided = 4
    #expect(try JSONDecoder().decode(VerifySummary.self, from: JSONEncoder().encode(newer)) == newer)
  }
}
