import DNSAdapter
import FoundationEssentials
import Operations
import TestSupport
import Testing

/// The product as an operator has it: a console in a terminal, commands beside it, on a running lab.
@Suite(.serialized, .journeyLab, .timeLimit(.minutes(10))) struct JourneyTests {
  private func console(
    _ lab: JourneyLab, width: Int, height: Int, environment: [String: String] = [:]
  ) async throws -> Tmux {
    let tmux = try await Tmux.running(
      "\(Program.signalbox) --config \(lab.configuration)", width: width, height: height, environment: environment)
    try await tmux.shows("aws", "azure", "HEALTHY")
    return tmux
  }

  /// While a change is still watched, quitting asks; a dialog that has just opened drops what was typed ahead.
  private func quit(_ tmux: Tmux) async throws {
    try await tmux.type("q")
    let hasEnded = try await eventually {
      let screen = try await tmux.screen()
      if screen.contains("y quit") { try await tmux.type("y") }
      return screen.contains("ended 0")
    }
    let screen = try await tmux.screen()
    #expect(hasEnded, "\(screen)")
  }

  /// Sets the weights whatever holds them, so that tests do not depend on their order.
  private func set(_ weights: String..., in lab: JourneyLab) async throws {
    var words = ["weights", "set"] + weights + ["--yes"]
    for name in ["too-soon", "stale-observations", "cloud-not-healthy"] { words += ["--override", name] }
    let result = await Program.run([Program.signalbox] + words + ["--config", lab.configuration])
    try #require(result.status == 0, "\(result.output)")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 50)])
  func keysShiftTrafficAtEverySize(width: Int, height: Int) async throws {
    let lab = try JourneyLab.current()
    try await set("aws=50", "azure=50", in: lab)
    let tmux = try await console(lab, width: width, height: height)
    try await tmux.shows("app.example", "PRIMARY aws")
    try await tmux.type("Right")
    try await tmux.shows("55")
    // The weights were just set: the plan wants the interlock's name before `g`.
    try await tmux.type("Enter")
    try await tmux.shows("write weights", "watch traffic", "to go")
    let isGoing = try await eventually(within: .seconds(25)) {
      let screen = try await tmux.screen()
      if screen.contains("too-soon") && !screen.contains("clear  too-soon") {
        try await tmux.type("Escape")
        try await tmux.type("Enter")
      } else {
        try await tmux.type("g")
      }
      return try await lab.status().cloud("aws")?.weight.configured == 55
    }
    let left = try await tmux.screen()
    #expect(isGoing, "\(left)")
    try await quit(tmux)
  }

  @Test func aDeadCloudIsSaidWithinThreeIntervalsAndKeysStillAnswer() async throws {
    let lab = try JourneyLab.current()
    let tmux = try await console(lab, width: 120, height: 40)
    try await lab.lab("fault", "kill-cloud", "azure")
    // Three probe intervals of a second, and as much again for a machine that is busy.
    try await tmux.shows("DOWN", within: .seconds(6))
    try await tmux.shows("no answer from", within: .seconds(2))
    try await tmux.type("?")
    try await tmux.shows("Esc", within: .seconds(2))
    try await tmux.type("Escape")
    try await lab.lab("heal")
    try await tmux.shows("ALL WELL", within: .seconds(30))
    try await quit(tmux)
  }

  @Test func trafficTowardsADeadCloudIsRefusedUnlessOverriddenByName() async throws {
    let lab = try JourneyLab.current()
    try await set("aws=50", "azure=50", in: lab)
    try await lab.lab("fault", "kill-cloud", "azure")
    let isDown = try await eventually { try await lab.status().cloud("azure")?.health == "down" }
    #expect(isDown)
    let refused = await lab.signalbox("weights", "set", "aws=10", "azure=90", "--yes")
    #expect(refused.status == 3, "\(refused.output)")
    #expect(refused.output.contains("cloud-not-healthy"))
    let zero = await lab.signalbox("weights", "set", "aws=0", "azure=0", "--yes", "--override", "sum-of-zero")
    #expect(zero.status == 3, "\(zero.output)")
    try await set("aws=100", "azure=0", in: lab)
    try await lab.lab("heal")
    let isBack = try await eventually(within: .seconds(40)) {
      try await lab.status().clouds.allSatisfy { $0.health == "healthy" }
    }
    #expect(isBack)
  }

  @Test func answersFollowTheWeightsAndRequestsFollowTheAnswers() async throws {
    let lab = try JourneyLab.current()
    try await set("aws=50", "azure=50", in: lab)
    try await set("aws=90", "azure=10", in: lab)
    let text = try await lab.lab("status", "--format", "json")
    let status = try JSONDecoder().decode(LabAddresses.self, from: Data(text.utf8))
    let sampler = AuthoritativeSampler(
      name: status.dns.name, servers: ["\(status.dns.address):\(status.dns.port)"],
      addresses: status.clouds.map { (CloudID($0.id), $0.address) })
    var counts: [Int] = []
    for _ in 0..<3 { counts.append(await sampler.sample(500).countByCloud[CloudID("aws")] ?? 0) }
    // Binomial, n = 500, p = 0.9: 99 % lie within 450 ± 17. One of three samples may be the hundredth.
    #expect(counts.count { (433...467).contains($0) } >= 2, "\(counts)")
    // Users resolve anew every TTL of 2 s; 40 of them are some percent off at any moment.
    let follows = try await eventually(within: .seconds(30)) {
      let share = try await lab.status().cloud("aws")?.weight.observedShare ?? 0
      return (0.75...0.99).contains(share)
    }
    let last = try await lab.status()
    #expect(follows, "\(last)")
  }

  @Test func aHostThatDiesIsSaidAndFoundAgain() async throws {
    let lab = try JourneyLab.current()
    var host: ChildProcess? = ChildProcess([Program.signalbox, "run", "--config", lab.configuration])
    let isServing = await eventually { FileManager.default.fileExists(atPath: lab.socket) }
    #expect(isServing)
    let tmux = try await console(lab, width: 120, height: 40)
    try await tmux.shows("attached")
    host?.stop()
    host = nil
    try await tmux.shows("host lost")
    let next = ChildProcess([Program.signalbox, "run", "--config", lab.configuration])
    try await tmux.shows("attached · live", within: .seconds(30))
    try await quit(tmux)
    next.stop()
  }

  @Test func aTerminalThatIsTooSmallSaysSoAndGrows() async throws {
    let lab = try JourneyLab.current()
    let tmux = try await Tmux.running("\(Program.signalbox) --config \(lab.configuration)", width: 20, height: 5)
    try await tmux.shows("80", "24")
    try await tmux.resize(width: 120, height: 40)
    try await tmux.shows("DNS weights", "Levers", "Events")
    try await quit(tmux)
  }

  @Test func asciiAndNoColourShowTheSameWords() async throws {
    let lab = try JourneyLab.current()
    let tmux = try await console(
      lab, width: 80, height: 24, environment: ["LANG": "C", "LC_ALL": "C", "NO_COLOR": "1"])
    let screen = try await tmux.screen()
    #expect(screen.unicodeScalars.allSatisfy { $0.isASCII }, "\(screen)")
    try await quit(tmux)
  }

  @Test func theDoctorFindsNothingInAHealthyLab() async throws {
    let lab = try JourneyLab.current()
    var output = ""
    let healthy = await eventually(within: .seconds(30)) {
      let result = await lab.signalbox("doctor")
      output = result.output
      return result.status == 0
    }
    #expect(healthy, "\(output)")
  }

  @Test func theDoctorNamesWhatIsWrongAndTheRemedy() async throws {
    let lab = try JourneyLab.current()
    try await lab.lab("fault", "dns-api-down")
    let sick = await lab.signalbox("doctor")
    try await lab.lab("heal")
    #expect(sick.status == 1)
    #expect(sick.output.contains("FAIL  DNS provider"))
    #expect(sick.output.contains("→ "))
  }

  @Test func theJournalHoldsWhatWasDoneAndItsChainIsIntact() async throws {
    let lab = try JourneyLab.current()
    try await set("aws=60", "azure=40", in: lab)
    let journal = await lab.signalbox("journal", "--newest", "200")
    #expect(journal.output.contains("intends step 1: write"))
    #expect(await lab.signalbox("journal", "verify").output.hasPrefix("intact: "))
  }

  @Test func mistakesOnTheCommandLineAreUsageErrors() async throws {
    let lab = try JourneyLab.current()
    for words in [
      ["weights", "set", "aws=300", "azure=0"], ["weights", "set", "aws"], ["weights", "set", "gcp=1", "--yes"],
      ["weights", "set", "aws=1", "azure=2", "--yes", "--override", "too-son"], ["bogus"],
      ["weights", "set", "aws=1", "azure=2"],
    ] {
      let result = await Program.run(
        [Program.signalbox] + words + (words == ["bogus"] ? [] : ["--config", lab.configuration]))
      #expect(result.status == 2, "\(words): \(result.output)")
    }
  }

  /// What is read of `lab status --format json`.
  private struct LabAddresses: Decodable {
    struct DNS: Decodable {
      var address: String
      var port: Int
      var name: String
    }

    struct Cloud: Decodable {
      var id: String
      var address: String
    }

    var dns: DNS
    var clouds: [Cloud]
  }
}
