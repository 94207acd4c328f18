import ArgumentParser
import Dispatch
import Glibc
import Lab

/// `signalbox lab up`.
struct LabUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Start a lab, and return when all of it is healthy.")

  @OptionGroup var place: LabPlace
  @OptionGroup var make: LabMake
  @Option(help: "text or json. Progress goes to standard error.") var format = LabFormat.text

  func run() async throws {
    let settings = make.settings(place)
    let format = format
    let starting = Task {
      try await Lab.up(settings) { LabReport.progress($0, format: format) }
    }
    let interrupts = LabReport.onInterrupt { starting.cancel() }
    defer { interrupts.cancel() }
    let status = try await LabReport.failing { try await starting.value }
    try LabReport.print(status, format: format)
  }
}
