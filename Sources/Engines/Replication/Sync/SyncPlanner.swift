public import Operations

/// Makes the plan of a replication request. Pure.
public struct SyncPlanner: Sendable {
  public var settings: SyncSettings

  public init(settings: SyncSettings) { self.settings = settings }

  /// The plan, judged by every interlock. One without steps has nothing to do; its title says why.
  ///
  /// - Throws: ``HostError/invalidRequest(_:)`` when there is no such link or table, or the link's mode does not know
  ///   the request.
  public func plan(
    _ request: SyncRequest, id: PlanID, in snapshot: Snapshot, now: Timestamp
  ) throws -> Plan {
    let link = try link(request.link, in: snapshot)
    try check(request, link)
    let idle = idle(request, link)
    let steps = idle == nil ? steps(request, link, now) : []
    var plan = Plan(
      id: id, kind: .replication, title: idle.map { "\(request.title): \($0)" } ?? request.title, madeAt: now,
      request: .sync(request), generation: snapshot.generation, steps: steps,
      prediction: Prediction(seconds: steps.reduce(0) { $0 + $1.predictedSeconds }, shares: [], utilisation: []),
      interlocks: [])
    plan.interlocks = settings.interlocks.map { $0.verdict(on: plan, in: snapshot) }
    return plan
  }

  private func link(_ id: LinkID, in snapshot: Snapshot) throws -> ReplicationLinkSnapshot {
    if let link = snapshot.link(id) { return link }
    let names = snapshot.replication.map(\.id.rawValue)
    guard !names.isEmpty else {
      throw HostError.invalidRequest(
        "no replication link is configured; add one under replication: in the configuration")
    }
    let hint = NearestMatch.of(id.rawValue, among: names).map { "did you mean \($0)?" }
    throw HostError.invalidRequest("there is no link \(id); \(hint ?? "there are: \(names.joined(separator: ", "))")")
  }

  private func check(_ request: SyncRequest, _ link: ReplicationLinkSnapshot) throws {
    let known = link.tables.map(\.name)
    for table in request.tables where !known.contains(table) {
      let hint = NearestMatch.of(table, among: known).map { "did you mean \($0)?" } ?? "see signalbox sync status"
      throw HostError.invalidRequest("\(link.id) has no table \(table); \(hint)")
    }
    switch request {
    case .verify(_, let tables), .repair(_, let tables):
      guard let out = link.tables.first(where: { $0.state == .refused && tables.contains($0.name) }) else { return }
      throw HostError.invalidRequest(
        "\(link.id) leaves \(out.name) out, and it is not compared: \(out.reason ?? "no reason is known")")
    case .reverse where link.mode == .streamBoth:
      throw HostError.invalidRequest("\(link.id) goes both ways already; there is nothing to reverse")
    case .reverse where link.mode == .snapshot:
      throw HostError.invalidRequest(
        "\(link.id) takes snapshots; exchange source and target in the configuration instead")
    case .reapply where link.mode == .stream || link.mode == .native:
      throw HostError.invalidRequest(
        "\(link.id) goes one way, and what it could not apply is no version to put back; make the rows equal: "
          + SyncRequest.repair(link.id, tables: []).command)
    case .baseline where link.mode == .snapshot:
      throw HostError.invalidRequest("\(link.id) copies whole tables each time; sync now takes a snapshot")
    default: return
    }
  }

  /// Why there is nothing to do; nil where there is.
  private func idle(_ request: SyncRequest, _ link: ReplicationLinkSnapshot) -> String? {
    switch request {
    case .pause where link.state == .paused: return "it is paused already"
    case .resume where link.state != .paused: return "it is not paused"
    case .repair(_, let tables):
      let summaries = link.taken(tables).map(\.lastVerify)
      let equal = !summaries.isEmpty && summaries.allSatisfy { $0?.isEqual == true }
      return equal ? "the last comparison found no difference" : nil
    default: return nil
    }
  }
}

extension SyncRequest {
  /// The tables that it names.
  var tables: [String] {
    switch self {
    case .baseline(_, let tables), .verify(_, let tables), .repair(_, let tables): tables
    case .pause, .resume, .reverse, .now, .reapply: []
    }
  }
}
