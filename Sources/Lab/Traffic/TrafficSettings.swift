/// Who the virtual users are, and what they do.
public struct TrafficSettings: Sendable, Equatable {
  /// 1 to 5,000.
  public var users: Int
  /// Between an answer and the next request of the same user, on average; each pause is between a half and one and a
  /// half of it.
  public var thinkTime: Duration
  /// Of all requests, 0 to 1.
  public var writeShare: Double
  /// For one request.
  public var timeout: Duration
  /// Between a failure and the next attempt of the same user, on average; nil for `thinkTime`.
  public var retryPause: Duration?

  public init(
    users: Int, thinkTime: Duration = .seconds(3), writeShare: Double = 0.1, timeout: Duration = .seconds(10),
    retryPause: Duration? = nil
  ) {
    self.users = users
    self.thinkTime = thinkTime
    self.writeShare = writeShare
    self.timeout = timeout
    self.retryPause = retryPause
  }

  /// - Throws: ``LabError`` naming what is out of bounds.
  public func validate() throws {
    guard (1...5000).contains(users) else { throw LabError("--users", "\(users) is not between 1 and 5000") }
    guard thinkTime >= .milliseconds(10), thinkTime <= .seconds(3600) else {
      throw LabError("--think", "\(thinkTime) is not between 10 ms and an hour")
    }
    if let retryPause, retryPause < .milliseconds(10) || retryPause > .seconds(3600) {
      throw LabError("the pause after a failure", "\(retryPause) is not between 10 ms and an hour")
    }
    guard (0...1).contains(writeShare) else { throw LabError("--writes", "\(writeShare) is not between 0 and 1") }
  }
}
