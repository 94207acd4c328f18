import Operations

/// The two clouds of a lab. The first is the primary when the lab comes up.
enum LabCloud: String, CaseIterable, Sendable, Codable {
  case aws, azure

  var id: CloudID { CloudID(rawValue) }

  var region: String {
    switch self {
    case .aws: "eu-west-1"
    case .azure: "westeurope"
    }
  }

  /// The third byte of its addresses.
  var subnet: UInt8 {
    switch self {
    case .aws: 1
    case .azure: 2
    }
  }

  var other: LabCloud { self == .aws ? .azure : .aws }

  var isPrimaryAtStart: Bool { self == .aws }
}
