import ArgumentParser
import Lab

/// `signalbox lab heal`.
struct LabHeal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "heal", abstract: "Take back one fault, or all, and return when the lab is healthy.")

  @Argument(help: "The fault; all when left out.") var name: String?
  @Argument(help: "The cloud it happened to.") var cloud: String?
  @OptionGroup var place: LabPlace

  func run() async throws {
    let cloud = cloud
    let fault = try name.map { try LabFault.parse($0, cloud) }
    let directory = place.labDirectory
    _ = try await LabReport.failing { try await Lab(directory: directory).heal(fault) }
    print(fault.map { "\($0) is healed" } ?? "all is healed")
  }
}
