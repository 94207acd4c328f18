import FoundationEssentials
import TestSupport
import Testing

/// Replication as an operator has it: a host that dies, networks that fail, somebody else's load, and proof at the end.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReplicationJourneyTests {
  private static let script = """
    \\set id random(1, 500)
    \\set other random(1, 500)
    BEGIN;
    INSERT INTO note VALUES (:id, repeat(md5(:id::text), 100), 0) ON CONFLICT (id) DO UPDATE SET n = note.n + 1;
    SAVEPOINT s;
    DELETE FROM note WHERE id = :other;
    UPDATE note SET body = md5(:other::text) WHERE id = :id AND :other % 2 = 0;
    ROLLBACK TO s;
    UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :other;
    DELETE FROM note WHERE id = :other AND :other % 3 = 0;
    COMMIT;
    """

  @Test func pgbenchRunsWhileTheHostDiesAndNetworksFailAndBothSidesAreEqual() async throws {
    let journey = try await ReplicationJourney.begin()
    do {
      let script = journey.lab.directory.path + "/custom.sql"
      try Self.script.write(to: URL(filePath: script), atomically: true, encoding: .utf8)
      async let load = journey.pgbench("-n -c 4 -T 60 -R 150 -b tpcb-like@3 -f '\(script)@2'")
      try await disturb(journey, until: ContinuousClock.now + .seconds(60))
      let loaded = await load
      #expect(loaded.status == 0, "\(loaded.output)")
      try await proveEqual(journey)
    } catch {
      try await journey.end()
      throw error
    }
    try await journey.end()
  }

  /// Kills the host, and cuts and stalls both networks, in turns.
  private func disturb(_ journey: ReplicationJourney, until end: ContinuousClock.Instant) async throws {
    var host = journey.host()
    var turn = 0
    while ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(2500))
      switch turn % 5 {
      case 0, 3:
        host.stop()
        host = journey.host()
      case 1: try await journey.networks[0].suffer(.cut, for: .milliseconds(700))
      case 2: try await journey.networks[1].suffer(.stalled, for: .milliseconds(1500))
      default: try await journey.networks[1].suffer(.cut, for: .milliseconds(300))
      }
      turn += 1
    }
    #expect(turn > 10)
    host.stop()
  }

  private func proveEqual(_ journey: ReplicationJourney) async throws {
    let host = journey.host()
    defer { host.stop() }
    var last = ""
    let isThere = await eventually(within: .seconds(120)) {
      let now = await journey.signalbox("sync", "now", "--yes")
      last = now.output
      return now.status == 0
    }
    #expect(isThere, "\(last)")
    let verify = await journey.signalbox("sync", "verify", "--yes")
    #expect(verify.status == 0, "\(verify.output)")
    #expect(verify.output.contains("pgbench_history"), "\(verify.output)")
    // From outside, past everything of ours.
    for table in ["pgbench_accounts", "pgbench_branches", "pgbench_tellers", "pgbench_history", "note"] {
      let hash = "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \(table) t"
      let sides = (try await journey.query(hash, at: 0), try await journey.query(hash, at: 1))
      #expect(sides.0 == sides.1, "\(table)")
      #expect(!sides.0.hasPrefix("0|"), "\(table) is empty")
    }
  }

  private struct Report: Decodable {
    struct Link: Decodable {
      struct Table: Decodable {
        var name: String
        var state: String
      }
      var state: String
      var lagSeconds: Double?
      var tables: [Table]
    }
    var links: [Link]
  }

  private struct Ended: Decodable {
    var state: String
  }

  private struct Verified: Decodable {
    struct Difference: Decodable {
      var table: String
      var key: String
    }
    var operation: Ended
    var differences: [Difference]
  }

  private struct Planned: Decodable {
    struct Verdict: Decodable {
      var name: String
    }
    var steps: [Step]
    var interlocks: [Verdict]
    struct Step: Decodable {}
  }

  private struct Conflict: Decodable {}

  /// Each command of `sync`, as a script calls it.
  @Test func everyCommandSpeaksToScripts() async throws {
    let journey = try await ReplicationJourney.begin()
    do {
      let host = journey.host()
      try await journey.query("INSERT INTO note SELECT g, 'n' || g, g FROM generate_series(1, 50) g", at: 0)
      let isThere = await eventually(within: .seconds(60)) {
        await journey.signalbox("sync", "now", "--yes", "--format", "json").status == 0
      }
      #expect(isThere)
      let ask = { () async throws -> Report.Link in
        try #require(try await scripted(journey, "status", [], as: Report.self).links.first)
      }
      #expect(try await ask().tables.contains { $0.name == "public.note" && $0.state == "streaming" })
      #expect(try await scripted(journey, "pause", ["--yes"], as: Ended.self).state == "done")
      #expect(try await ask().state == "paused")
      #expect(try await scripted(journey, "resume", ["--yes"], as: Ended.self).state == "done")
      let streams = try await eventually(within: .seconds(20)) { try await ask().state == "streaming" }
      #expect(streams)
      // As the owner of the tables could.
      try await journey.query(
        "UPDATE note SET n = -1 WHERE id IN (7, 8)", at: 1)
      let verified = try await scripted(journey, "verify", ["public.note", "--yes"], status: 1, as: Verified.self)
      #expect(verified.operation.state == "done")
      #expect(verified.differences.map(\.table) == ["public.note", "public.note"])
      let plan = try await scripted(journey, "repair", ["--dry-run"], as: Planned.self)
      #expect(!plan.steps.isEmpty && plan.interlocks.contains { $0.name == "target-takes-writes" })
      #expect(try await scripted(journey, "repair", ["public.note", "--yes"], as: Ended.self).state == "done")
      #expect(try await scripted(journey, "verify", ["--yes"], as: Verified.self).differences.isEmpty)
      #expect(try await scripted(journey, "baseline", ["public.note", "--yes"], as: Ended.self).state == "done")
      let isCopied = try await eventually(within: .seconds(30)) {
        let link = try await ask()
        return link.state == "streaming" && link.tables.contains { $0.name == "public.note" && $0.state == "streaming" }
      }
      #expect(isCopied)
      #expect(try await journey.query("SELECT sum(n) FROM note", at: 1) == "1275")
      #expect(try await scripted(journey, "conflicts", [], as: [Conflict].self).isEmpty)
      let reverse = try await scripted(journey, "reverse", ["--dry-run"], status: nil, as: Planned.self)
      #expect(!reverse.steps.isEmpty)
      let held = await journey.signalbox("sync", "reverse", "--yes", "--format", "json")
      #expect(held.status == 3 && held.output.contains(#""interlocks""#), "\(held)")
      try await turn(journey)
      let wrong = await journey.signalbox("sync", "baseline", "public.nope", "--yes", "--format", "json")
      #expect(wrong.status == 2 && wrong.output.contains("public.nope"), "\(wrong)")
      host.stop()
    } catch {
      try await journey.end()
      throw error
    }
    try await journey.end()
  }

  /// The application writes at the primary no more; what its owner writes at the secondary then comes back.
  private func turn(_ journey: ReplicationJourney) async throws {
    try await journey.query("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public FROM app", at: 0)
    var last = ""
    let isTurned = await eventually(within: .seconds(20)) {
      let ended = await journey.signalbox("sync", "reverse", "--yes", "--format", "json")
      last = ended.output
      return ended.status == 0
    }
    #expect(isTurned, "\(last)")
    try await journey.query("INSERT INTO note VALUES (1000, 'back', 0)", at: 1)
    let isBack = try await eventually(within: .seconds(20)) {
      try await journey.query("SELECT count(*) FROM note WHERE id = 1000", at: 0) == "1"
    }
    #expect(isBack)
  }

  /// - Parameter status: that it ends with; nil for any.
  private func scripted<Answer: Decodable>(
    _ journey: ReplicationJourney, _ command: String, _ words: [String], status: Int32? = 0, as type: Answer.Type
  ) async throws -> Answer {
    let ended = await journey.signalbox(["sync", command] + words + ["--format", "json"])
    #expect(status == nil || ended.status == status, "sync \(command): \(ended)")
    do { return try JSONDecoder().decode(type, from: Data(ended.output.utf8)) } catch {
      Issue.record("sync \(command): \(error): \(ended.output)")
      throw error
    }
  }

  /// Beside a row that tells the time at the primary, what the screen says is right to 10 % or 100 ms.
  @Test func lagOnTheScreenIsTheLagOutside() async throws {
    let journey = try await ReplicationJourney.begin()
    do {
      try await journey.query("INSERT INTO beat VALUES (1, clock_timestamp())", at: 0)
      let script = journey.lab.directory.path + "/beat.sql"
      try "UPDATE beat SET at = clock_timestamp();".write(to: URL(filePath: script), atomically: true, encoding: .utf8)
      let host = journey.host()
      let beats = journey.beating("-n -c 1 -T 90 -R 40 -f '\(script)'")
      let tmux = try await Tmux.running(
        "\(Program.signalbox) --config \(journey.configuration)", width: 120, height: 40)
      // Not "replication-not-streaming", which a lever is held by while tables are copied.
      let streams = try await eventually(within: .seconds(30)) {
        try await tmux.screen().contains(#/→ azure +\S+ streaming/#)
      }
      #expect(streams)
      let follows = try await eventually(within: .seconds(20)) { try await age(journey) < 1 }
      #expect(follows)
      var samples = 0
      for stall in [Duration.milliseconds(3000), .milliseconds(6000)] {
        journey.networks[1].set(.stalled)
        try await Task.sleep(for: stall)
        samples += try await compare(tmux, journey)
        journey.networks[1].set(.fair)
        let recovers = try await eventually(within: .seconds(20)) { try await age(journey) < 0.5 }
        #expect(recovers)
        samples += try await compare(tmux, journey)
      }
      #expect(samples >= 16)
      try await tmux.type("q")
      host.stop()
      beats.stop()
    } catch {
      try await journey.end()
      throw error
    }
    try await journey.end()
  }

  /// What the primary has had for longest and the secondary lacks.
  private func age(_ journey: ReplicationJourney) async throws -> Double {
    Double(try await journey.query("SELECT extract(epoch FROM clock_timestamp() - max(at)) FROM beat", at: 1)) ?? 1e9
  }

  /// Figures that have just been drawn, and a look from outside at once after each. One may have been drawn before
  /// something that the look saw.
  ///
  /// - Returns: how many there were to compare.
  private func compare(_ tmux: Tmux, _ journey: ReplicationJourney) async throws -> Int {
    var (looks, disagreeing) = (0, [String]())
    for _ in 0..<5 {
      guard let shown = try await nextFigure(tmux) else {
        disagreeing.append("the screen shows no lag:\n\(try await tmux.screen())")
        continue
      }
      let begun = ContinuousClock.now
      let outside = try await age(journey)
      let took = (ContinuousClock.now - begun) / .seconds(1)
      looks += 1
      if abs(outside - shown) > max(0.1, outside * 0.1) + took {
        disagreeing.append("outside \(outside) s, on the screen \(shown) s, \(took) s before")
      }
    }
    #expect(disagreeing.count <= 1, "\(disagreeing.joined(separator: "\n"))")
    return looks
  }

  /// Seconds as the screen has them once they change; at rest they do not, and after a moment stand as they are.
  private func nextFigure(_ tmux: Tmux) async throws -> Double? {
    let old = Self.figure(try await tmux.screen())
    var figure = old
    _ = try await eventually(within: .milliseconds(1300)) {
      figure = Self.figure(try await tmux.screen())
      return figure != old
    }
    return figure
  }

  private static func figure(_ screen: String) -> Double? {
    guard let match = screen.firstMatch(of: #/applied +([0-9.]+) (ms|s)\b/#), let figure = Double(match.1) else {
      return nil
    }
    return match.2 == "ms" ? figure / 1000 : figure
  }
}

extension NetworkProxy {
  fileprivate func suffer(_ weather: Weather, for duration: Duration) async throws {
    set(weather)
    try await Task.sleep(for: duration)
    set(.fair)
  }
}
