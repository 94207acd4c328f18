/// A drill as it goes on.
public struct DrillSnapshot: Sendable, Equatable, Codable {
  /// `cloud-loss`.
  public var name: String
  /// Which run it is, from 1, and of how many.
  public var run = 1
  public var runs = 1
  /// What it does now, for a person.
  public var phase: String
  /// Since the run began.
  public var elapsedSeconds: Double = 0
  /// Nil before the fault.
  public var sinceFaultSeconds: Double?
  public var users: Int
  /// In the last two seconds.
  public var requestsPerSecond: Double
  public var failuresPerSecond: Double
  /// Since the fault, or since the run began where nothing has happened yet.
  public var requests = 0
  public var failures = 0
  /// Of the users' requests, in the last two seconds.
  public var shares: [CloudShare]
  /// What is measured, in the order in which it is expected.
  public var instants: [Instant] = []
  public var history = History()

  /// Something that is waited for.
  public struct Instant: Sendable, Equatable, Codable {
    /// `detected`.
    public var title: String
    /// Since the fault; nil while it has not come.
    public var seconds: Double?
    /// Why it is not measured: `an operator decided`.
    public var remark: String?

    public init(title: String, seconds: Double?, remark: String? = nil) {
      self.title = title
      self.seconds = seconds
      self.remark = remark
    }
  }

  /// Samples of a second each, oldest first, at most ``DrillSnapshot/historyLength``.
  public struct History: Sendable, Equatable, Codable {
    public var requests: [Double?] = []
    public var failures: [Double?] = []
    /// Each cloud's share of the requests; nil where there were none.
    public var shares: [CloudHistory] = []
    /// The sample in which the fault came; nil where it is not among them.
    public var faultIndex: Int?

    public init() {}
  }

  public struct CloudHistory: Sendable, Equatable, Codable {
    public var cloud: CloudID
    public var samples: [Double?]

    public init(cloud: CloudID, samples: [Double?]) {
      self.cloud = cloud
      self.samples = samples
    }
  }

  public static let historyLength = 120

  public init(
    name: String, phase: String, sinceFaultSeconds: Double?, users: Int, requestsPerSecond: Double,
    failuresPerSecond: Double, shares: [CloudShare]
  ) {
    self.name = name
    self.phase = phase
    self.sinceFaultSeconds = sinceFaultSeconds
    self.users = users
    self.requestsPerSecond = requestsPerSecond
    self.failuresPerSecond = failuresPerSecond
    self.shares = shares
  }
}
