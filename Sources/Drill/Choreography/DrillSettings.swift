public import Operations

/// How a drill is done.
public struct DrillSettings: Sendable, Equatable, Codable {
  /// Virtual users, 0 to 5,000; 0 where no users may be sent, and then what they would have met with is not measured.
  public var users: Int
  /// Between an answer and the same user's next request, on average.
  public var thinkSeconds: Double
  /// Between a failure and the same user's next attempt, on average.
  public var retrySeconds: Double
  /// Of all requests, 0 to 1; each makes a numbered row.
  public var writeShare: Double
  /// How long a user waits for an answer.
  public var timeoutSeconds: Double
  public var warmUpSeconds: Double
  public var baselineSeconds: Double
  /// From the fault, or from the pull of the lever, to the healing.
  public var observeSeconds: Double
  /// With all put back, until the users leave.
  public var settleSeconds: Double
  /// How long a lever, or both databases' becoming equal, is waited for.
  public var patienceSeconds: Double
  public var rejoin: RejoinMethod

  public init(
    users: Int = 1000, thinkSeconds: Double = 3, retrySeconds: Double = 0.5, writeShare: Double = 0.1,
    timeoutSeconds: Double = 5, warmUpSeconds: Double = 15, baselineSeconds: Double = 10, observeSeconds: Double = 45,
    settleSeconds: Double = 5, patienceSeconds: Double = 120, rejoin: RejoinMethod = .rebuild
  ) {
    self.users = users
    self.thinkSeconds = thinkSeconds
    self.retrySeconds = retrySeconds
    self.writeShare = writeShare
    self.timeoutSeconds = timeoutSeconds
    self.warmUpSeconds = warmUpSeconds
    self.baselineSeconds = baselineSeconds
    self.observeSeconds = observeSeconds
    self.settleSeconds = settleSeconds
    self.patienceSeconds = patienceSeconds
    self.rejoin = rejoin
  }
}
