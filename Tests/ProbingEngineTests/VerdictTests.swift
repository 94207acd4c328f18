import Operations
import Testing

@testable import ProbingEngine

@Suite struct VerdictTests {
  @Test func beforeAnyProbeNothingIsKnown() {
    var bench = Bench()
    bench.take(.look)
    #expect(bench.verdict?.health == .unknown)
    #expect(bench.verdict?.reasons.first == "no vantage can speak")
    #expect(bench.verdict?.reasons.last == "fra: no probe yet")
  }

  @Test func whoAnswersIsHealthy() {
    var bench = Bench()
    bench.seconds(1, "+++")
    #expect(bench.verdict?.health == .healthy)
    #expect(bench.verdict?.reasons == ["3/3 vantages answered"])
  }

  @Test func whoIsSilentThreeTimesIsDown() {
    var bench = Bench()
    bench.seconds(5, "+++")
    bench.seconds(2, "xxx")
    #expect(bench.verdict?.health == .healthy)
    bench.seconds(1, "xxx")
    #expect(bench.verdict?.health == .down)
    bench.seconds(2, "xxx")
    #expect(bench.verdict?.reasons == ["no answer from 3/3 vantages for 4 s", "connection refused"])
    #expect(bench.verdict?.since == bench.now - .seconds(2))
  }

  @Test func aWrongAnswerIsNamed() {
    var bench = Bench()
    bench.seconds(5, "+++")
    bench.seconds(3, "55+")
    #expect(bench.verdict?.health == .down)
    #expect(bench.verdict?.reasons.first == "HTTP 503 from 2/3 vantages")
  }

  @Test func oneVantageAloneDegrades() {
    var bench = Bench()
    bench.seconds(5, "+++")
    bench.seconds(3, "x++")
    #expect(bench.verdict?.health == .degraded)
    #expect(bench.verdict?.reasons.first == "no answer from 1/3 vantages for 2 s")
  }

  @Test func theMinorityDoesNotCallDown() {
    let vantages = (0..<5).map { ProbeVantage(id: VantageID("v\($0)"), network: "n\($0)", proxy: "p\($0)") }
    var bench = Bench(vantages: vantages)
    bench.seconds(5, "+++++")
    bench.seconds(4, "xx+++")
    #expect(bench.verdict?.health == .degraded)
    bench.seconds(4, "xxx++")
    #expect(bench.verdict?.health == .down)
  }

  @Test func twoVantagesOfOneNetworkAreOneVoice() {
    var vantages = Facts.three
    vantages[1].network = "host"
    vantages.removeLast()
    var bench = Bench(vantages: vantages)
    bench.seconds(5, "++")
    #expect(bench.verdict?.health == .unknown)
    #expect(bench.verdict?.reasons.first == "vantages on only 1 networks can speak, 2 needed")
    bench.seconds(5, "xx")
    #expect(bench.verdict?.health == .unknown)
  }

  @Test func deadProxiesLeaveTheCloudUnknown() {
    var bench = Bench()
    bench.seconds(5, "+++")
    bench.seconds(3, "+??")
    #expect(bench.verdict?.health == .unknown)
    #expect(bench.verdict?.reasons.first == "only 1/3 vantages can speak, 2 needed")
    #expect(bench.verdict?.reasons[1].hasPrefix("ams: proxy socks5h://127.0.0.1:1") == true)
    bench.seconds(1, "+++")
    #expect(bench.verdict?.health == .healthy)
  }

  @Test func silenceOfTheProberGrowsStale() {
    var bench = Bench()
    bench.seconds(5, "+++")
    bench.seconds(4, "...")
    #expect(bench.verdict?.health == .healthy)
    bench.seconds(1, "...")
    #expect(bench.verdict?.health == .unknown)
    #expect(bench.verdict?.reasons.last == "fra: last probe 5 s ago")
  }

  @Test func aConsoleThatIsCutOffAccusesNobody() {
    let direct = [Facts.three[0]]
    var bench = Bench(
      vantages: direct,
      settings: Facts.settings {
        $0.quorumVantages = 1
        $0.quorumNetworks = 1
      })
    func both(_ result: String) {
      bench.second(Facts.aws, result)
      bench.now = bench.now - .seconds(1)
      bench.second(Facts.azure, result)
    }
    for _ in 0..<5 { both("+") }
    for _ in 0..<8 { both("x") }
    for cloud in bench.state.clouds.values {
      #expect(cloud.verdict.health == .unknown)
      #expect(cloud.verdict.reasons == ["no cloud answers from any vantage: this console may be cut off"])
    }
    // One sign of life from the other cloud, and the silence of this one counts.
    bench.second(Facts.azure, "+")
    #expect(bench.verdict?.health == .down)
  }

  @Test func aProxysWordThatBothAreGoneIsBelieved() {
    var bench = Bench()
    for _ in 0..<5 {
      bench.second(Facts.aws, "xxx")
      bench.second(Facts.azure, "xxx")
    }
    #expect(bench.verdict?.health == .down)
  }

  @Test func recoveryNeedsTwoSuccesses() {
    var bench = Bench()
    bench.seconds(5, "+++")
    bench.seconds(3, "xxx")
    bench.seconds(1, "+++")
    #expect(bench.verdict?.health == .down)
    bench.seconds(1, "+++")
    #expect(bench.verdict?.health == .healthy)
    // Between them, as one vantage after the other finds out, it is degraded.
    #expect(
      bench.changes.filter { $0.cloud == Facts.aws }.map(\.verdict.health)
        == [.healthy, .degraded, .down, .degraded, .healthy])
  }

  @Test func aPeerThatFailsEveryOtherProbeIsDegraded() {
    var bench = Bench()
    for second in 0..<20 { bench.seconds(1, second % 2 == 0 ? "+++" : "555") }
    #expect(bench.verdict?.health == .degraded)
    #expect(bench.verdict?.reasons == ["27 of the last 57 probes failed: HTTP 503"])
  }

  @Test func slownessHasHysteresis() {
    var bench = Bench()
    func probe(_ milliseconds: Double, _ seconds: Int) {
      for _ in 0..<seconds {
        bench.now = bench.now + .seconds(1)
        for vantage in 0..<3 { bench.take(.result(Facts.success(milliseconds), cloud: Facts.aws, vantage: vantage)) }
      }
    }
    probe(100, 10)
    #expect(bench.verdict?.health == .healthy)
    probe(800, 10)
    #expect(bench.verdict?.health == .degraded)
    #expect(bench.verdict?.reasons.first?.hasPrefix("p99 80") == true)
    #expect(bench.verdict?.reasons.first?.hasSuffix(" ms above 500 ms") == true)
    probe(450, 80)
    #expect(bench.verdict?.health == .degraded)
    #expect(bench.verdict?.reasons.first?.contains("not yet below 400 ms") == true)
    probe(200, 80)
    #expect(bench.verdict?.health == .healthy)
  }

  @Test func targetsCountWhileTheyAreFresh() {
    var bench = Bench()
    bench.seconds(3, "+++")
    let targets = [Target.State.healthy, .healthy, .unhealthy].enumerated().map {
      Target(id: "\($0)", address: "", state: $1)
    }
    bench.take(.targets(TargetGroupSnapshot(targets: targets), cloud: Facts.aws))
    #expect(bench.verdict?.health == .degraded)
    #expect(bench.verdict?.reasons == ["2/3 targets healthy"])
    bench.seconds(6, "+++")
    #expect(bench.verdict?.health == .healthy)
  }
}
