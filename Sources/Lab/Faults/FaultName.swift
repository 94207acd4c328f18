import Operations

/// What can be made to go wrong in a lab.
public enum FaultName: String, CaseIterable, Sendable, Codable {
  /// Everything in a cloud is killed at once: load balancer, instances, database, its end of the link.
  case killCloud = "kill-cloud"
  /// One instance is killed; its scaling group replaces it after some seconds.
  case killInstance = "kill-instance"
  /// Every process of the cluster is stopped: connections stay open and nothing answers.
  case freezeDatabase = "freeze-database"
  case killDatabase = "kill-database"
  /// Every request is answered 600 ms later.
  case slow
  /// Half of all requests, probes too, are answered 500.
  case errors
  /// Neither cloud reaches the other's database.
  case cutDatabaseLink = "cut-database-link"
  /// The DNS provider's API refuses connections; DNS answers.
  case nameAPIDown = "dns-api-down"
  /// The authoritative server is silent; the API answers.
  case nameServerDown = "dns-server-down"
  /// All requests fail for three seconds, none for the next three, and so on.
  case flap

  /// Whether it happens to one cloud, which must then be named.
  public var needsCloud: Bool {
    switch self {
    case .killCloud, .killInstance, .freezeDatabase, .killDatabase, .slow, .errors, .flap: true
    case .cutDatabaseLink, .nameAPIDown, .nameServerDown: false
    }
  }

  /// - Throws: ``LabError`` with the nearest name and the list.
  public init(parsing text: String) throws {
    guard let name = FaultName(rawValue: text) else {
      let names = Self.allCases.map(\.rawValue)
      let nearest = NearestMatch.of(text, among: names).map { "did you mean \($0)? " } ?? ""
      throw LabError(
        "fault \(text)", "there is no such fault", remedy: "\(nearest)faults: \(names.joined(separator: ", "))")
    }
    self = name
  }
}
