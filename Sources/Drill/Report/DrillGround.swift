/// What a drill was done on.
public struct DrillGround: Sendable, Equatable, Codable {
  /// The machine that held the users, and in a lab everything else too.
  public struct Machine: Sendable, Equatable, Codable {
    public var processor: String
    public var cores: Int
    public var memoryMegabytes: Int
    public var kernel: String
    /// Processes that could run, on average over the last minute, as the drill began.
    public var loadAtStart: Double

    public init(processor: String, cores: Int, memoryMegabytes: Int, kernel: String, loadAtStart: Double) {
      self.processor = processor
      self.cores = cores
      self.memoryMegabytes = memoryMegabytes
      self.kernel = kernel
      self.loadAtStart = loadAtStart
    }
  }

  public struct Lab: Sendable, Equatable, Codable {
    public var directory: String
    public var instancesPerCloud: Int

    public init(directory: String, instancesPerCloud: Int) {
      self.directory = directory
      self.instancesPerCloud = instancesPerCloud
    }
  }

  public var service: String
  public var machine: Machine
  /// Nil against a real system.
  public var lab: Lab?
  public var ttlSeconds: Double
  /// The host's policy: `automatic`, `advise`, `manual`.
  public var policy: String
  /// The probing's settings as the configuration has them, each a phrase; empty where they are not known.
  public var probing: [String]
  public var version: String

  public init(
    service: String, machine: Machine, lab: Lab?, ttlSeconds: Double, policy: String, probing: [String], version: String
  ) {
    self.service = service
    self.machine = machine
    self.lab = lab
    self.ttlSeconds = ttlSeconds
    self.policy = policy
    self.probing = probing
    self.version = version
  }
}
