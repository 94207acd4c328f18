import Operations

/// The parts of a report that read the same in Markdown and in HTML.
struct ReportContent {
  let report: DrillReport

  struct Table {
    var head: [String]
    var rows: [[String]]
    /// Columns of numbers, which stand at the right.
    var numeric: Set<Int>
  }

  var title: String { "Failover test report: \(report.name.rawValue)" }

  /// What it was done on, by name.
  var ground: [(name: String, text: String)] {
    let ground = report.ground
    let machine = ground.machine
    var lines: [(String, String)] = [
      ("Tested", report.purpose), ("Service", ground.service), ("Cloud it happened to", report.subject.rawValue),
      ("Made", "\(report.madeAt.date) \(report.madeAt.timeOfDay) UTC, \(ReportText.plural(report.runs.count, "run"))"),
      ("Signalbox", "\(ground.version), policy \(ground.policy)"),
    ]
    if let lab = ground.lab {
      let instances = ReportText.plural(lab.instancesPerCloud, "instance")
      lines.append(("Lab", "two local clouds, \(instances) of the application in each, all on the machine below"))
    } else {
      lines.append(("System", "a real one: nothing was broken and no users were sent"))
    }
    lines.append(("DNS", "time to live \(ReportText.setting(ground.ttlSeconds))"))
    if !ground.probing.isEmpty { lines.append(("Probing", ground.probing.joined(separator: ", "))) }
    if report.settings.users > 0 { lines.append(("Users", users)) }
    lines.append(
      (
        "Machine",
        "\(machine.cores) × \(machine.processor), \(ReportText.grouped(machine.memoryMegabytes)) MB, Linux "
          + "\(machine.kernel), load \(ReportText.fixed(machine.loadAtStart, 1)) at the start"
      ))
    return lines
  }

  private var users: String {
    let settings = report.settings
    return "\(ReportText.grouped(settings.users)), each asks DNS and honours the time to live, thinks "
      + "\(ReportText.setting(settings.thinkSeconds)), tries again \(ReportText.setting(settings.retrySeconds)) after "
      + "a failure, waits \(ReportText.setting(settings.timeoutSeconds)) for an answer; "
      + "\(ReportText.fixed(settings.writeShare * 100, 0)) % of requests write a numbered row"
  }

  var figures: Table {
    let several = report.runs.count > 1
    let head = ["Figure"] + (several ? ["Median", "Worst"] : ["Measured"]) + ["Aim", "Verdict"]
    let rows = report.figures.map { summary in
      let values = several ? [summary.median, summary.worst] : [summary.worst]
      return [summary.name.title] + values.map { ReportText.value($0, summary.unit) }
        + [summary.aim.map(ReportText.aim) ?? "", ReportText.judged(summary)]
    }
    return Table(head: head, rows: rows, numeric: several ? [1, 2] : [1])
  }

  /// What others say of the same, beside what was measured here.
  var comparison: Table {
    let several = report.runs.count > 1
    let head = ["", several ? "Here, median" : "Here", "Here, worst", "The old report", "Route 53 fast health checks"]
    var rows: [[String]] = []
    if let served = report.figures.first(where: { $0.name == .usersServed }), isFailover {
      let route53 = Comparison.route53Seconds(ttlSeconds: report.ground.ttlSeconds)
      rows.append([
        "Users served again", ReportText.value(served.median, .seconds), ReportText.value(served.worst, .seconds),
        "\(Int(Comparison.reportFailoverSeconds)) s / \(Int(Comparison.reportFailoverSecondsAzure)) s",
        "about \(Int(route53)) s (3 × 10 s + TTL)",
      ])
    }
    for latency in report.latencies {
      let reported = latency.reportedMilliseconds.map { ReportText.number($0, .milliseconds) }
      rows.append([
        "Mean response, \(latency.cloud), before the fault", ReportText.value(latency.median, .milliseconds),
        ReportText.value(latency.worst, .milliseconds),
        reported ?? "not comparable: it had \(ReportText.grouped(Comparison.reportUsers)) users", "",
      ])
    }
    return Table(head: head, rows: rows, numeric: [1, 2])
  }

  private var isFailover: Bool { [.cloudLoss, .databaseLoss, .databaseFreeze].contains(report.name) }

  static let comparisonNote =
    "The old report's figures were measured on other machines, in the clouds themselves, and are not explained there "
    + "further; those of Route 53 are its documented intervals, not a measurement. A lab has no network between its "
    + "clouds, and shares its cores with the users."

  var methods: [(name: String, text: String)] { report.figures.map { ($0.name.title, $0.name.method) } }

  /// What is told of each run, beside the figures that have an aim: all of them would be wider than any page.
  private static let told: Set<FigureName> = [.detection, .usersServed, .failedRequests, .writeGap, .lostRows]

  var runs: Table {
    let names = report.figures.filter { $0.aim != nil || Self.told.contains($0.name) }.map(\.name)
    let rows = report.runs.map { run in
      [String(run.number)] + names.map { name in ReportText.value(run.value(name) ?? .notMeasured(""), name.unit) }
    }
    return Table(head: ["Run"] + names.map(\.title), rows: rows, numeric: Set(1...max(1, names.count)))
  }

  func failures(_ run: DrillReport.Run) -> Table {
    let rows = run.failuresByReason.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { [ReportText.grouped($0.value), $0.key] }
    return Table(head: ["Requests", "Kind of failure"], rows: rows, numeric: [0])
  }

  func timeline(_ run: DrillReport.Run) -> Table {
    let rows = run.timeline.map { [ReportText.offset($0.atSeconds), $0.kind.rawValue, $0.text] }
    return Table(head: ["Time", "What", ""], rows: rows, numeric: [0])
  }

  func rows(_ run: DrillReport.Run) -> [String] {
    run.rowChecks.map { check in
      let when = check.isInTheEnd ? "In the end" : "Before anything was healed"
      let lost =
        check.lost == 0
        ? "none is missing" : "\(ReportText.grouped(check.lost)) \(check.lost == 1 ? "is" : "are") missing"
      let numbers = check.lostNumbers.map(String.init).joined(separator: ", ")
      let which = check.lost == 0 ? "" : " (\(numbers)\(check.lost > check.lostNumbers.count ? ", …" : ""))"
      return "\(when), in \(check.cloud)'s database: of \(ReportText.grouped(check.acknowledged)) acknowledged rows "
        + "\(lost)\(which). \(ReportText.grouped(check.doubtful)) were sent and never acknowledged, "
        + "\(ReportText.grouped(check.doubtfulFound)) of them are there; \(ReportText.grouped(check.doubled)) are "
        + "there twice."
    }
  }

  func sides(_ run: DrillReport.Run) -> Table? {
    guard let sides = run.sides else { return nil }
    let rows = sides.tables.map { table in
      [table.name] + table.rows.map { $0.map(ReportText.grouped) ?? "missing" } + [
        table.isEqual ? "✓ equal" : "✗ differs"
      ]
    }
    return Table(
      head: ["Table"] + sides.clouds.map { "Rows in \($0)" } + [""], rows: rows,
      numeric: Set(1...max(1, sides.clouds.count)))
  }
}
