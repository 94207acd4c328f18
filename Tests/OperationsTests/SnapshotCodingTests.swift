import Foundation
import Operations
import Testing

@Suite struct SnapshotCodingTests {
  @Test func aSnapshotSurvivesTheControlSocket() throws {
    let now = Samples.start
    let aws = CloudID("aws")
    var cloud = CloudSnapshot(
      id: aws, region: "eu-west-1",
      verdict: Observation(
        HealthVerdict(health: .down, reasons: ["no answer"], since: now), source: "probes", observedAt: now,
        staleAfter: .milliseconds(2500)))
    cloud.history.latencyMilliseconds = [1.5, nil, 2]
    cloud.replication = Observation(
      ReplicationLag(lagBytes: 12, lagSeconds: nil, streaming: true), source: "x", observedAt: now,
      staleAfter: .seconds(5))
    var recordSet = RecordSetSnapshot(name: "app", ttl: .seconds(5), provider: "PowerDNS")
    recordSet.configured = Observation(
      Weights([(aws, 70)]), source: "PowerDNS", observedAt: now, staleAfter: .seconds(10))
    recordSet.lastChangedAt = now
    var snapshot = Snapshot(
      service: "app", generatedAt: now, generation: Generation(7), primary: aws, automation: .manual,
      lease: LeaseSnapshot(holder: "kit", heldHere: true), clouds: [cloud], recordSet: recordSet)
    snapshot.journalFault = "full"
    let decoded = try JSONDecoder().decode(Snapshot.self, from: JSONEncoder().encode(snapshot))
    #expect(decoded == snapshot)
  }

  /// What a host of an older version sends, and what an older console understands.
  @Test func whatWasAddedMayBeMissing() throws {
    let now = Samples.start
    var snapshot = Snapshot(
      service: "app", generatedAt: now, generation: Generation(7), primary: nil, automation: .manual,
      lease: LeaseSnapshot(holder: "kit", heldHere: true, via: "lock"), clouds: [],
      recordSet: RecordSetSnapshot(name: "app", ttl: .seconds(5), provider: "PowerDNS"))
    snapshot.drill = Observation(
      DrillSnapshot(
        name: "flap", phase: "", sinceFaultSeconds: nil, users: 1, requestsPerSecond: 1, failuresPerSecond: 0,
        shares: []), source: "the drill", observedAt: now, staleAfter: .seconds(5))
    var json = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(snapshot)) as? [String: Any])
    #expect(json.removeValue(forKey: "drill") != nil)
    json["lease"] = ["holder": "kit", "heldHere": true] as [String: Any]
    let older = try JSONDecoder().decode(Snapshot.self, from: JSONSerialization.data(withJSONObject: json))
    #expect(older.drill == nil && older.lease.via == nil && older.service == "app")
  }

  @Test func anObservationSpeaksOnlyUntilItIsStale() {
    let seen = Observation(1, source: "x", observedAt: Samples.start, staleAfter: .seconds(5))
    #expect(seen.fresh(at: Samples.start + .seconds(5)) == 1)
    #expect(seen.fresh(at: Samples.start + .milliseconds(5001)) == nil)
  }
}
