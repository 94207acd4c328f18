import ArgumentParser
import Lab

/// `signalbox lab fault`.
struct LabFault: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault", abstract: "Make something in a running lab go wrong.",
    discussion: "Faults: \(FaultName.allCases.map(\.rawValue).joined(separator: ", ")).")

  @Argument(help: "The fault.") var name: String
  @Argument(help: "aws or azure; left out where a fault concerns both.") var cloud: String?
  @OptionGroup var place: LabPlace

  func run() async throws {
    let fault = try LabFault.parse(name, cloud)
    let directory = place.labDirectory
    _ = try await LabReport.failing { try await Lab(directory: directory).inject(fault) }
    print("\(fault) is in force")
  }

  static func parse(_ name: String, _ cloud: String?) throws -> Fault {
    do {
      let fault = try Fault(parsing: name, cloud: cloud)
      if let cloud, fault.cloud == nil {
        LabReport.writeError("signalbox: \(name) concerns both clouds; \(cloud) says nothing here\n")
      }
      return fault
    } catch let error as LabError { throw ValidationError("\(error)") }
  }
}
