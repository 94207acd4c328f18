import Operations

/// What replication shows, each the same at every run.
enum ReplicationFixture {
  static let link = LinkID("aws-azure")

  static let conflicts: [ReplicationConflict] = [
    ReplicationConflict(
      id: 12, link: link, table: "public.account", key: "id=42", kind: .updateUpdate,
      detectedAt: SnapshotFixture.ago(74),
      kept: RowVersion(committedAt: SnapshotFixture.ago(75.2), node: SnapshotFixture.azure),
      discarded: RowVersion(committedAt: SnapshotFixture.ago(75.8), node: SnapshotFixture.aws),
      keptIsDeleted: false, discardedIsDeleted: false,
      columns: [
        .init(name: "id", kept: "42", discarded: "42"),
        .init(name: "owner", kept: "Mara Lindqvist", discarded: "Mara Lindqvist"),
        .init(name: "balance", kept: "1180.00", discarded: "1245.50"),
        .init(name: "note", kept: "moved to the new branch; statements by post", discarded: nil),
      ]),
    ReplicationConflict(
      id: 11, link: link, table: "public.session", key: "token=9f2c", kind: .updateDelete,
      detectedAt: SnapshotFixture.ago(3723),
      kept: RowVersion(committedAt: SnapshotFixture.ago(3724), node: SnapshotFixture.aws),
      discarded: RowVersion(committedAt: SnapshotFixture.ago(3726), node: SnapshotFixture.azure),
      keptIsDeleted: true, discardedIsDeleted: false,
      columns: [
        .init(name: "token", kept: nil, discarded: "9f2c"), .init(name: "seen_at", kept: nil, discarded: "12:59:58"),
      ]),
    ReplicationConflict(
      id: 10, link: link, table: "public.account", key: "id=7", kind: .missingRow,
      detectedAt: SnapshotFixture.ago(90_000), kept: nil,
      discarded: RowVersion(committedAt: SnapshotFixture.ago(90_001), node: SnapshotFixture.aws),
      keptIsDeleted: true, discardedIsDeleted: false,
      columns: [.init(name: "id", kept: nil, discarded: "7"), .init(name: "balance", kept: nil, discarded: "3.00")],
      reappliedAt: SnapshotFixture.ago(86_000)),
  ]

  static let differences: [TableDifference] = [
    TableDifference(table: "public.account", key: "id=42", kind: .unlike),
    TableDifference(table: "public.account", key: "id=1007", kind: .missing),
    TableDifference(table: "public.account", key: "id=1008", kind: .surplus),
  ]
}
