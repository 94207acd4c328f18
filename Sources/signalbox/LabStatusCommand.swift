import ArgumentParser
import Lab

/// `signalbox lab status`.
struct LabStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show a running lab: addresses, processes, password files, faults.")

  @OptionGroup var place: LabPlace
  @Option(help: "text or json.") var format = LabFormat.text

  func run() async throws {
    let directory = place.labDirectory
    let status = try await LabReport.failing { try await Lab(directory: directory).status() }
    try LabReport.print(status, format: format)
  }
}
