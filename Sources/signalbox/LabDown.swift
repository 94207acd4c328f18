import ArgumentParser
import Lab

/// `signalbox lab down`.
struct LabDown: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "End a lab, or remove what a crash has left of one.")

  @OptionGroup var place: LabPlace

  func run() async throws {
    let directory = place.labDirectory
    let wasRunning = try await LabReport.failing { try await Lab(directory: directory).down() }
    print(wasRunning ? "the lab at \(directory.path) has ended" : "no lab runs at \(directory.path)")
  }
}
