import CellGrid
import Operations

/// Everything known of one cloud, with the source and the age of each observation: what the wide layout shows beside the
/// cards, within reach on any screen.
enum CloudText {
  static func content(_ id: CloudID, scroll: Int, in model: ConsoleModel, width: Int) -> DialogText {
    let title: Line = [.outside(id.rawValue, bold: true)]
    guard let cloud = model.snapshot?.cloud(id) else {
      return DialogText(title: title, body: [.init([Piece("the host does not speak of this cloud any more", .faint)])])
    }
    let health = CloudCard.shownHealth(cloud, now: model.now)
    let rows =
      reasons(cloud, now: model.now, width: width) + vantages(cloud, now: model.now) + targets(cloud)
      + observations(cloud, now: model.now)
    return DialogText(
      title: title + [.outside(" · \(cloud.region)", .faint)],
      trailing: [Piece("\(GlyphSet.unicode.glyph(health)) \(health.word)", health.role)], body: rows, first: scroll)
  }

  private static func reasons(_ cloud: CloudSnapshot, now: Timestamp, width: Int) -> [DialogText.Row] {
    let verdict = cloud.verdict.value
    let since = "since \(verdict.since.date) \(verdict.since.timeOfDay)Z (\(Quantity.age(now - verdict.since)))"
    return [.init([Piece("\(verdict.health.word.lowercased()) \(since)", .faint)])]
      + verdict.reasons.flatMap { DialogText.wrapped($0, indent: "  ", width: width) } + [.blank]
  }

  private static func vantages(_ cloud: CloudSnapshot, now: Timestamp) -> [DialogText.Row] {
    guard !cloud.vantages.isEmpty else { return [] }
    let header = "  vantage       resolve connect   TLS  1st byte total ms  last probe"
    return [.init([Piece(header, .faint)])]
      + cloud.vantages.map { vantage in
        let timing = vantage.timing
        let figures = [
          (timing?.resolveMilliseconds, 7), (timing?.connectMilliseconds, 8), (timing?.tlsMilliseconds, 6),
          (timing?.firstByteMilliseconds, 10), (timing?.totalMilliseconds, 9),
        ]
        let text = figures.map { Quantity.right(Quantity.milliseconds($0.0), $0.1) }.joined()
        let name = Quantity.left(TextLayout.truncate(Outside.text(vantage.id.rawValue), to: 12, ellipsis: "…"), 12)
        return .init([
          Piece("\(GlyphSet.unicode.glyph(vantage.health)) ", vantage.health.role), Piece(name), Piece(text),
          .outside("  \(vantage.detail) · \(vantage.network)", .faint),
        ])
      } + [.blank]
  }

  private static func targets(_ cloud: CloudSnapshot) -> [DialogText.Row] {
    let targets = cloud.targetGroup?.value.targets ?? []
    guard !targets.isEmpty else { return [] }
    let ordered = targets.filter { $0.state != .healthy } + targets.filter { $0.state == .healthy }
    return [.init([Piece("  target            state        address", .faint)])]
      + ordered.map { target in
        let isHealthy = target.state == .healthy
        let name = Quantity.left(TextLayout.truncate(Outside.text(target.id), to: 16, ellipsis: "…"), 16)
        return .init([
          Piece("\(CloudTables.mark(target.state)) ", CloudTables.role(target.state)), Piece(name),
          Piece("  \(Quantity.left(target.state.rawValue, 11))", isHealthy ? .faint : CloudTables.role(target.state)),
          .outside("  \(target.address)", .faint), .outside("  \(target.reason)"),
        ])
      } + [.blank]
  }

  private static func observations(_ cloud: CloudSnapshot, now: Timestamp) -> [DialogText.Row] {
    var rows: [DialogText.Row] = [.init([Piece("  observation       seen by", .faint)])]
    func add<Value>(_ name: String, _ value: String, _ observation: Observation<Value>?) {
      guard let observation else { return }
      let isOld = observation.isStale(at: now)
      rows.append(
        .init(
          [
            Piece(isOld ? "? " : "  ", .unknown), Piece(Quantity.left(name, 16)),
            .outside("  \(observation.source)", .faint),
            .outside("  \(value)", isOld ? .faint : .foreground),
          ], trailing: [Piece("\(Quantity.age(observation.age(at: now))) old", isOld ? .unknown : .faint)]))
    }
    let success = cloud.probeSuccess?.value
    let database = cloud.database?.value
    add("verdict", cloud.verdict.value.health.rawValue, cloud.verdict)
    add("latency", cloud.latency.map { "\($0.value.count) probes" } ?? "", cloud.latency)
    add("probe success", success.map { "\($0.succeeded) of \($0.total)" } ?? "", cloud.probeSuccess)
    add(
      "targets", cloud.targetGroup.map { "\($0.value.healthyCount) of \($0.value.targets.count)" } ?? "",
      cloud.targetGroup)
    add(
      "requests", cloud.requestsPerSecond.map { "\(Figure.fixed($0.value, decimals: 1)) per second" } ?? "",
      cloud.requestsPerSecond)
    add(
      "database",
      database.map { "\($0.role.rawValue) · PostgreSQL \($0.version) · \($0.connections) of \($0.maxConnections)" }
        ?? "",
      cloud.database)
    add(
      "replication", cloud.replication.map { $0.value.streaming ? "streaming" : "not streaming" } ?? "",
      cloud.replication)
    add("release", cloud.release?.value ?? "", cloud.release)
    return rows
  }
}
