/// A figure of a drill's report.
public enum FigureName: String, Sendable, Codable, CaseIterable {
  case detection
  case decision
  case nameChange = "dns-change"
  case nameChangeAfterDetection = "dns-change-after-detection"
  case usersServed = "users-served"
  case readersServed = "readers-served"
  case failedRequests = "failed-requests"
  case failedReads = "failed-reads"
  case writeGap = "write-unavailability"
  case writeGapBefore = "write-gap-before"
  case readGap = "read-gap"
  case lostRows = "acknowledged-writes-lost"
  case lostRowsInTheEnd = "acknowledged-writes-lost-in-the-end"
  case doubledRows = "writes-doubled"
  case automaticActions = "automatic-actions"
  case operationEnd = "operation-end"
  case differingTables = "differing-tables"
  case equalAfter = "sides-equal-after"
  case baselineLatency = "baseline-latency"

  public enum Unit: String, Sendable, Codable {
    case seconds = "s"
    case milliseconds = "ms"
    case count = ""
  }

  public var unit: Unit {
    switch self {
    case .failedRequests, .failedReads, .lostRows, .lostRowsInTheEnd, .doubledRows, .automaticActions, .differingTables:
      .count
    case .baselineLatency: .milliseconds
    default: .seconds
    }
  }

  public var title: String {
    switch self {
    case .detection: "Detected"
    case .decision: "Decided"
    case .nameChange: "DNS changed"
    case .nameChangeAfterDetection: "DNS changed, after detection"
    case .usersServed: "99 % of users served again"
    case .readersServed: "99 % of readers served again"
    case .failedRequests: "Failed requests"
    case .failedReads: "Failed reads"
    case .writeGap: "Writes unavailable"
    case .writeGapBefore: "The same, before the fault"
    case .readGap: "Reads unavailable"
    case .lostRows: "Acknowledged writes lost"
    case .lostRowsInTheEnd: "Acknowledged writes lost, after all was put back"
    case .doubledRows: "Writes that were made twice"
    case .automaticActions: "Actions without a person"
    case .operationEnd: "Operation ended"
    case .differingTables: "Tables that differ in the end"
    case .equalAfter: "Both sides equal, after the users had left"
    case .baselineLatency: "Latency before, mean"
    }
  }

  /// How it is measured, for a reader who wants to know what the number means.
  public var method: String {
    switch self {
    case .detection: "fault to the first snapshot of the host that shows it"
    case .decision: "fault to the first snapshot with an operation that was not there before"
    case .nameChange: "fault to the first answers of the authoritative server that leave the cloud out, 200 a second"
    case .nameChangeAfterDetection: "the difference of the two"
    case .usersServed:
      "fault to the beginning of the first 5 s throughout which at most 1 % of the users were unserved: from the sending "
        + "of a request that failed, or took over 2 s, to the next answer"
    case .readersServed: "the same, where only a read that fails leaves a user unserved"
    case .failedRequests: "requests that ended without an answer or with a status of 400 or more, from the fault on"
    case .failedReads: "of these, reads"
    case .writeGap: "the longest time between two acknowledged writes, from the last before the fault on"
    case .writeGapBefore: "in the usual state: no unavailability shorter than this can be told from chance"
    case .readGap: "the longest time between two answered reads, from the last before the fault on"
    case .lostRows:
      "rows that the application had acknowledged and that the database which takes the writes did not have"
    case .lostRowsInTheEnd: "the same, after rejoin and failback"
    case .doubledRows: "rows that are there more than once: the application knows no idempotency keys"
    case .automaticActions: "operations that the host began by itself, from the fault to the healing"
    case .operationEnd: "start of the operation to the first snapshot in which it is done"
    case .differingTables: "tables whose rows, hashed in both databases, are not the same when the users have left"
    case .equalAfter: "the users' leaving to the first comparison without a difference"
    case .baselineLatency: "of answered requests before the fault, seen by the users"
    }
  }
}
