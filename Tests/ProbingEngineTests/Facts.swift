import Operations
import Simulation

@testable import ProbingEngine

/// Words for building the facts that tests judge.
enum Facts {
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")
  static let start = Timestamp(microsecondsSinceEpoch: 1_795_442_527_000_000)

  static let three = [
    ProbeVantage(id: VantageID("direct"), network: "host"),
    ProbeVantage(id: VantageID("ams"), network: "ams", proxy: "socks5h://127.0.0.1:1"),
    ProbeVantage(id: VantageID("fra"), network: "fra", proxy: "socks5h://127.0.0.1:2"),
  ]

  static func settings(_ change: (inout ProbingSettings) -> Void = { _ in }) -> ProbingSettings {
    var settings = ProbingSettings()
    settings.quorumVantages = 2
    settings.quorumNetworks = 2
    change(&settings)
    return settings
  }

  static func success(_ milliseconds: Double = 12) -> ProbeResult {
    ProbeResult(outcome: .success(status: 200), timing: ProbeTiming(totalMilliseconds: milliseconds))
  }

  static let refused = ProbeResult(outcome: .unreachable("connection refused"), timing: nil)
  static let rejected = ProbeResult(outcome: .rejected("HTTP 503"), timing: nil)
  static let mute = ProbeResult(outcome: .inconclusive("proxy socks5h://127.0.0.1:1: connection refused"), timing: nil)
}

/// A state machine fed second by second: each character of a script is one vantage's next probe.
struct Bench {
  var state: ProbingState
  var now = Facts.start
  private(set) var changes: [ProbingChange] = []

  init(
    clouds: [CloudID] = [Facts.aws, Facts.azure], vantages: [ProbeVantage] = Facts.three,
    settings: ProbingSettings = Facts.settings()
  ) {
    state = ProbingState(clouds: clouds, vantages: vantages, settings: settings, at: Facts.start)
  }

  mutating func take(_ event: ProbingState.Event) { changes += state.apply(event, at: now) }

  /// One second: `+` success, `x` refused, `5` rejected, `?` inconclusive, `.` no probe; one character a vantage.
  mutating func second(_ cloud: CloudID = Facts.aws, _ results: String) {
    now = now + .seconds(1)
    for (vantage, character) in results.enumerated() {
      let result: ProbeResult? =
        switch character {
        case "+": Facts.success()
        case "x": Facts.refused
        case "5": Facts.rejected
        case "?": Facts.mute
        default: nil
        }
      if let result { take(.result(result, cloud: cloud, vantage: vantage)) }
    }
    take(.look)
  }

  /// The other cloud answers, so that nobody takes this machine for cut off.
  mutating func seconds(_ count: Int, _ results: String) {
    for _ in 0..<count {
      second(Facts.aws, results)
      now = now - .seconds(1)
      second(Facts.azure, String(repeating: "+", count: results.count))
    }
  }

  var verdict: HealthVerdict? { state.clouds[Facts.aws]?.verdict }
}
