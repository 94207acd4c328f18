import CellGrid
import Operations

/// The facts of a cloud, as rows of its card. `brief` is for cards 40 columns wide.
extension CardRow {
  static func facts(of cloud: CloudSnapshot, in snapshot: Snapshot, now: Timestamp, brief: Bool) -> [CardRow] {
    let end = snapshot.generatedAt
    return latency(cloud, now: now, end: end, brief: brief)
      + [probes(cloud, now: now, brief: brief)] + traffic(cloud, now: now, end: end, brief: brief)
      + [database(cloud, now: now, brief: brief)] + lag(cloud, now: now, end: end, brief: brief)
      + [release(cloud, now: now, brief: brief)]
  }

  private static func latency(_ cloud: CloudSnapshot, now: Timestamp, end: Timestamp, brief: Bool) -> [CardRow] {
    let stale = cloud.latency.flatMap { $0.isStale(at: now) ? $0.age(at: now) : nil }
    let p50 = Quantity.milliseconds(cloud.latency?.value.p50Milliseconds)
    let p99 = Quantity.milliseconds(cloud.latency?.value.p99Milliseconds)
    var graph = Graph(
      samples: cloud.history.latencyMilliseconds, minimumTop: 10, rows: brief ? 1 : 2, endsAt: end, isPeak: true)
    if brief {
      return [
        CardRow(
          label: "p50 p99", figures: [Piece("\(p50) \(p99)"), Piece(" ms", .faint)], graph: graph, staleAge: stale)
      ]
    }
    graph.rows = 2
    return [
      CardRow(
        label: "latency", figures: [Piece("  \(p50)"), Piece(" ms p50", .faint)], graph: graph, staleAge: stale),
      CardRow(label: "", figures: [Piece("  \(p99)", stale == nil ? .foreground : .faint), Piece(" ms p99", .faint)]),
    ]
  }

  private static func probes(_ cloud: CloudSnapshot, now: Timestamp, brief: Bool) -> CardRow {
    let success = cloud.probeSuccess
    let stale = success.flatMap { $0.isStale(at: now) ? $0.age(at: now) : nil }
    let healthy = cloud.vantages.count { $0.health == .healthy }
    let count = cloud.vantages.isEmpty ? "—" : "\(healthy)/\(cloud.vantages.count)"
    let rate = success.map { Quantity.success($0.value) } ?? Quantity.right("—", 7)
    let isShort = healthy < cloud.vantages.count
    let figures =
      [pad(count, brief ? 5 : 7), Piece(count, isShort ? .degraded : .foreground)] + [
        Piece(brief ? " ok" : " vantages", .faint)
      ]
    // Names where there is room, else of those that need a look.
    let asides =
      brief
      ? [[Piece(Quantity.right(rate, 10))]]
      : [marks(cloud.vantages, naming: true), marks(cloud.vantages, naming: false)].map { [Piece("\(rate)  ")] + $0 }
    return CardRow(label: "probes", figures: figures, asides: asides, staleAge: stale)
  }

  private static func marks(_ vantages: [VantageSnapshot], naming all: Bool) -> Line {
    let grave = vantages.filter { $0.health != .healthy } + vantages.filter { $0.health == .healthy }
    return (all ? vantages : grave).flatMap { vantage -> Line in
      let name = all || vantage.health != .healthy ? " \(vantage.id.rawValue)" : ""
      return [Piece("\(mark(vantage.health))", vantage.health.role), .outside("\(name) ", .faint)]
    }
  }

  private static func traffic(_ cloud: CloudSnapshot, now: Timestamp, end: Timestamp, brief: Bool) -> [CardRow] {
    let targets = cloud.targetGroup
    let stale = targets.flatMap { $0.isStale(at: now) ? $0.age(at: now) : nil }
    let healthy = targets?.value.healthyCount ?? 0
    let total = targets?.value.targets.count ?? 0
    let role: Theme.Role = healthy == total ? .foreground : healthy == 0 ? .down : .degraded
    let count = targets == nil ? "—" : "\(healthy)/\(total)"
    let rateStale = cloud.requestsPerSecond?.isStale(at: now) ?? false
    let rate = Piece(Quantity.rate(cloud.requestsPerSecond?.value), rateStale ? .faint : .foreground)
    var graph = Graph(samples: cloud.history.requestsPerSecond, minimumTop: 10, endsAt: end, isPeak: false)
    if brief {
      let figures = [pad(count, 5), Piece(count, role), rate, Piece(" req/s", .faint)]
      return [CardRow(label: "targets", figures: figures, graph: graph, staleAge: stale)]
    }
    graph.rows = 2
    return [
      CardRow(label: "traffic", figures: [Piece("  "), rate, Piece(" req/s", .faint)], graph: graph, staleAge: stale),
      CardRow(
        label: "targets",
        figures: [
          pad(count, 7), Piece(count, stale == nil ? role : .faint), Piece(" healthy", .faint),
        ]),
    ]
  }

  private static func release(_ cloud: CloudSnapshot, now: Timestamp, brief: Bool) -> CardRow {
    guard let release = cloud.release else { return .unknown("release") }
    let stale = release.isStale(at: now) ? release.age(at: now) : nil
    return CardRow(label: "release", figures: [.outside(brief ? release.value : "  \(release.value)")], staleAge: stale)
  }

  /// Spaces apart from the figure, which may be underlined.
  private static func pad(_ text: String, _ width: Int) -> Piece {
    Piece(String(repeating: " ", count: max(0, width - text.count)))
  }

  private static func mark(_ health: Health) -> String {
    switch health {
    case .healthy: "●"
    case .degraded: "▲"
    case .down: "✖"
    case .unknown: "?"
    }
  }
}
