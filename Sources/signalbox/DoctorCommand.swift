import ArgumentParser
import Host

/// Checks what the configuration says, and everything it refers to.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check configuration, reachability and permissions, with remedies.",
    discussion: """
      Exits with 1 when there is a fault.

      Example:
        signalbox doctor --config /etc/signalbox.yaml
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "text or json.") var format = OutputFormat.text

  func run() async throws {
    let findings = try await Doctor(configuration: try options.load()).examine()
    switch format {
    case .json: try Output.json(findings)
    case .text: for finding in findings { print(Self.line(finding)) }
    }
    guard findings.allSatisfy({ $0.state != .fault }) else { throw ExitCode(ExitStatus.failed) }
  }

  private static func line(_ finding: Finding) -> String {
    let mark =
      switch finding.state {
      case .fine: "ok  "
      case .warning: "warn"
      case .fault: "FAIL"
      }
    let first = "\(mark)  \(finding.subject): \(finding.detail)"
    return EventText.clean(first) + (finding.remedy.isEmpty ? "" : "\n      → \(EventText.clean(finding.remedy))")
  }
}
