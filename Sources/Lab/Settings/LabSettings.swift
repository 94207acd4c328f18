/// What a lab is made of.
public struct LabSettings: Sendable, Equatable, Codable {
  /// An absolute path; everything the lab writes is below it.
  public var directory: String
  /// Workload instances in each cloud, 1 to 20.
  public var instances: Int
  /// The record set's time to live, 1 to 3600.
  public var ttlSeconds: Int
  /// The second byte of every address, 2 to 254; nil for a free one.
  public var network: Int?
  /// Virtual users that send traffic for as long as the lab lives.
  public var users: Int
  public var replication: LabReplication
  public var fencing: LabFencing
  public var automation: LabAutomation

  public init(
    directory: String, instances: Int = 3, ttlSeconds: Int = 5, network: Int? = nil, users: Int = 0,
    replication: LabReplication = .stream, fencing: LabFencing = .proof, automation: LabAutomation = .manual
  ) {
    self.directory = directory
    self.instances = instances
    self.ttlSeconds = ttlSeconds
    self.network = network
    self.users = users
    self.replication = replication
    self.fencing = fencing
    self.automation = automation
  }

  /// - Throws: ``LabError`` naming the option that is out of bounds.
  public func validate() throws {
    try check("--instances", instances, 1...20)
    try check("--ttl", ttlSeconds, 1...3600)
    try check("--users", users, 0...5000)
    if let network { try check("--network", network, 2...254) }
    if directory.contains(where: { $0.isNewline || $0 == "'" || $0 == "\"" || $0 == "\\" || $0 == " " }) {
      throw LabError(
        "--directory", "\(directory) has a blank, a quote, a backslash or a line break in it",
        remedy: "choose a path without, HAProxy and PowerDNS could not read it")
    }
  }

  private func check(_ option: String, _ value: Int, _ bounds: ClosedRange<Int>) throws {
    guard bounds.contains(value) else {
      throw LabError(option, "\(value) is not between \(bounds.lowerBound) and \(bounds.upperBound)")
    }
  }
}
