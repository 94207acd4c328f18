import ArgumentParser
import FoundationEssentials
import Lab

/// `signalbox lab traffic`.
struct LabTrafficCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "traffic", abstract: "Send virtual users to a running lab, and report what they met with.",
    discussion: """
      Each user asks the authoritative server for the address, honours the time to live, sends a request, thinks, and
      so on. Latencies are by cloud.
      """)

  @OptionGroup var place: LabPlace
  @Option(help: "Virtual users, 1 to 5000.") var users = 100
  @Option(help: "How long to count.") var seconds = 10.0
  @Option(help: "Seconds of traffic before counting begins.") var warmUp = 2.0
  @Option(help: "Seconds a user thinks between requests, on average.") var think = 3.0
  @Option(help: "Share of requests that write, 0 to 1.") var writes = 0.1
  @Option(help: "text or json.") var format = LabFormat.text
  @Flag(help: .hidden) var endless = false

  var settings: TrafficSettings {
    TrafficSettings(users: users, thinkTime: .seconds(think), writeShare: writes)
  }

  func validate() throws {
    guard seconds > 0, seconds <= 86_400 else {
      throw ValidationError("--seconds: \(seconds) is not between 0 and 86400")
    }
    guard (0...3600).contains(warmUp) else { throw ValidationError("--warm-up: \(warmUp) is not between 0 and 3600") }
    do { try settings.validate() } catch { throw ValidationError("\(error)") }
  }

  func run() async throws {
    let directory = place.labDirectory
    let settings = settings
    try await LabReport.failing {
      let status = try await Lab(directory: directory).status()
      let traffic = try LabTraffic(settings, target: TrafficTarget(status))
      if endless {
        try await traffic.run(every: .seconds(5)) { try? directory.writeTraffic($0) }
      } else {
        let report = try await traffic.run(for: .seconds(seconds), warmUp: .seconds(warmUp))
        print(format == .json ? try LabJSON.text(report) : report.text)
      }
    }
  }
}

extension TrafficReport {
  fileprivate var text: String {
    let head =
      "\(users) users, \(requests) requests (\(writes) writes) in \(Int(seconds.rounded())) s, \(failures) failed"
    let rows = clouds.map { cloud in
      "\(cloud.id): \(Int((cloud.share * 100).rounded())) %, p50 \(cloud.p50Milliseconds) ms, "
        + "p99 \(cloud.p99Milliseconds) ms, \(cloud.failures) failed"
    }
    let reasons = failuresByReason.sorted { $0.value > $1.value }.map { "  \($0.value) × \($0.key)" }
    return ([head] + rows + reasons).joined(separator: "\n")
  }
}
