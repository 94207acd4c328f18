/// A drill, as it is called on the command line.
public enum DrillName: String, Sendable, Codable, CaseIterable {
  case cloudLoss = "cloud-loss"
  case databaseLoss = "database-loss"
  case databaseFreeze = "database-freeze"
  case switchover
  case nameAPIDown = "dns-api-down"
  case partition
  case flap
  case instanceLoss = "instance-loss"
  case consoleCrash = "console-crash"

  /// What is tested, in a sentence for a reader who does not run it.
  public var purpose: String {
    switch self {
    case .cloudLoss: "Everything in one cloud dies at once: load balancer, instances, database."
    case .databaseLoss: "The database that takes the writes is killed; the rest of its cloud lives."
    case .databaseFreeze:
      "The database that takes the writes stops answering: connections stay open and nothing comes back."
    case .switchover: "The right to write is moved from one cloud to the other on purpose, under load."
    case .nameAPIDown: "The DNS provider's API refuses every connection; the name servers go on answering."
    case .partition: "Neither cloud reaches the other's database; users reach both clouds."
    case .flap: "One cloud fails for three seconds and is well for the next three, over and over."
    case .instanceLoss: "One instance of the application is killed."
    case .consoleCrash: "The controller is killed in the middle of a switchover, and started again."
    }
  }

  /// Whether something is broken for it, which is done in a lab alone.
  public var needsLab: Bool { self != .switchover }
}
