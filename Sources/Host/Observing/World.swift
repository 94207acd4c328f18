import FailoverEngine
import Operations

/// All observations, newest of each. It takes them in and gives out snapshots.
actor World {
  let settings: HostSettings
  private let parts: [HostParts.CloudParts]
  var clouds: [CloudID: CloudFacts] = [:]
  var configured: Observation<Weights>?
  var generation = Generation(0)
  var lastChangedAt: Timestamp?
  /// When a step of this host that may have written weights last ended.
  private var wroteAt: Timestamp?
  var answers: AnswerWindow
  var answersSeenAt: Timestamp?
  var traffic = TrafficWindow(width: .seconds(10))
  var lag = LagTracker()
  var primary: CloudID?
  var events = EventLog(capacity: 80)
  var linkEvents = LinkEvents()
  var operations: [OperationSnapshot] = []
  var journalFault: String?
  var drill: Observation<DrillSnapshot>?
  var lease = LeaseSnapshot(holder: nil, heldHere: false)
  private var reported: [String: String] = [:]

  /// What is known of one cloud, besides its health.
  struct CloudFacts {
    var targetGroup: Observation<TargetGroupSnapshot>?
    var database: Observation<DatabaseSnapshot>?
    /// Since when each look has found that it takes writes as the primary; nil where the last one did not.
    var claimsSince: Timestamp?
    var release: Observation<String>?
    var replication: Observation<ReplicationLag>?
    var rate: Observation<Double>?
    var lagHistory = History(capacity: 120)
    var rateHistory = History(capacity: 120)
    var slots: [DatabaseObservation.Slot] = []
    var clock: Timestamp?
    var clockReadAt: Timestamp?
    var health: Health?
  }

  init(settings: HostSettings, parts: [HostParts.CloudParts]) {
    self.settings = settings
    self.parts = parts
    answers = AnswerWindow(rounds: 10)
    for cloud in parts { clouds[cloud.id] = CloudFacts() }
  }

  func note(
    _ message: String, subject: String, severity: Event.Severity = .info, at now: Timestamp, actor: String? = nil
  ) {
    events.add(message, subject: subject, severity: severity, at: now, actor: actor)
  }

  /// Reports a fault once, and its end once.
  func fault(_ message: String?, of subject: String, at now: Timestamp) {
    guard reported[subject] != message else { return }
    if let message {
      // The same fault in other words is no news.
      if reported[subject] == nil { note(message, subject: subject, severity: .warning, at: now) }
    } else if reported[subject] != nil {
      note("answers again", subject: subject, severity: .notice, at: now)
    }
    reported[subject] = message
  }

  func operationChanged(_ operation: OperationSnapshot, at now: Timestamp) {
    let before = operations.first { $0.id == operation.id }
    if let index = operations.firstIndex(where: { $0.id == operation.id }) {
      operations[index] = operation
    } else {
      operations.insert(operation, at: 0)
      if operations.count > 8 { operations.removeLast() }
    }
    let isNew = { (index: Int) in before?.steps[index].state != operation.steps[index].state }
    if operation.kind != .replication,
      operation.steps.indices.contains(where: {
        operation.steps[$0].mutates && operation.steps[$0].endedAt != nil && isNew($0)
      })
    {
      wroteAt = now
    }
    for (index, step) in operation.steps.enumerated()
    where step.state == .done && before?.steps[index].state != .done {
      note("\(step.title): \(step.detail)", subject: operation.kind.rawValue, at: now, actor: operation.actor)
      if step.mutates, operation.kind == .weights { lastChangedAt = now }
    }
    guard operation.state.isFinal, before?.state.isFinal != true else { return }
    switch operation.state {
    case .done, .superseded, .running, .aborted:
      note(
        "\(operation.title): \(operation.state.rawValue)", subject: operation.kind.rawValue, severity: .notice,
        at: now, actor: operation.actor)
    case .failed:
      note(
        "\(operation.title) failed: \(operation.failure ?? "")", subject: operation.kind.rawValue,
        severity: .critical, at: now, actor: operation.actor)
    }
  }

  /// Whether the weights may have been written here and were not read since.
  var hasChangedRecordSetUnseen: Bool {
    guard let wroteAt else { return false }
    return configured.map { $0.observedAt <= wroteAt } ?? true
  }

  func setOperations(_ operations: [OperationSnapshot]) { self.operations = operations }

  func setLastChanged(_ at: Timestamp?) { lastChangedAt = at }

  func setLease(_ lease: LeaseSnapshot) { self.lease = lease }

  func setJournalFault(_ reason: String?, at now: Timestamp) {
    journalFault = reason
    fault(reason, of: "journal", at: now)
  }

  func observedShares() -> [CloudShare]? { traffic.shares(of: parts.map(\.id)) }

  /// As ``observedShares()``; an application that nobody uses has nothing left on any side.
  func residues() -> [CloudShare]? { traffic.residues(of: parts.map(\.id)) }

  var cloudParts: [HostParts.CloudParts] { parts }
}
