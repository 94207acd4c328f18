import Operations

/// Plans as the host makes them.
enum PlanFixture {
  static func plan(to aws: Int, _ azure: Int, holds: [InterlockVerdict] = []) -> Plan {
    let from = Weights([(SnapshotFixture.aws, 50), (SnapshotFixture.azure, 50)])
    let to = Weights([(SnapshotFixture.aws, aws), (SnapshotFixture.azure, azure)])
    let clear = ["sum-of-zero", "cloud-takes-traffic", "capacity", "too-soon", "stale-observations", "lease-held"]
      .filter { name in !holds.contains { $0.name.rawValue == name } }
      .map { InterlockVerdict(name: InterlockName($0), overridability: .byName, hold: nil) }
    return Plan(
      id: PlanID("w7"), kind: .weights, title: "Weights: aws 50 → \(aws), azure 50 → \(azure)",
      madeAt: SnapshotFixture.now, request: .setWeights(to), generation: Generation(118),
      steps: [
        .init(
          title: "write weights", action: .writeWeights(from: from, to: to, generation: Generation(119)),
          predictedEffect: "PowerDNS holds \(to.ratio), if 50/50 still stands", predictedSeconds: 0.2),
        .init(
          title: "verify answers", action: .verifyAnswers(weights: to),
          predictedEffect: "authoritative servers answer aws \(aws) %, azure \(azure) %", predictedSeconds: 2),
        .init(
          title: "watch traffic", action: .observeShares(weights: to),
          predictedEffect: "clients that honour the TTL follow within 5 s", predictedSeconds: 5),
      ],
      prediction: Prediction(
        seconds: 7.2,
        shares: [
          CloudShare(cloud: SnapshotFixture.aws, share: to.share(of: SnapshotFixture.aws)),
          CloudShare(cloud: SnapshotFixture.azure, share: to.share(of: SnapshotFixture.azure)),
        ],
        utilisation: [
          CloudUtilisation(cloud: SnapshotFixture.aws, ratio: 0.34),
          CloudUtilisation(cloud: SnapshotFixture.azure, ratio: 0.14),
        ]), interlocks: holds + clear)
  }

  static let blocked = plan(
    to: 100, 0,
    holds: [
      SnapshotFixture.hold("too-soon", "the weights changed 4 s ago; clients still follow", "wait 6 s"),
      SnapshotFixture.hold(
        "capacity", "aws would stand at 112 % of its capacity", "add targets to aws, or leave azure a share"),
    ])
}
