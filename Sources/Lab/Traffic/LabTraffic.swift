import HTTPAdapter

/// Virtual users of an application, as many as are asked for, in this process.
///
/// All share a few accounts, since hashing a password for each would measure nothing but hashing, and one client, whose
/// connections they reuse.
public final class LabTraffic: Sendable {
  public let settings: TrafficSettings
  public let target: TrafficTarget
  private let client: HTTPClient
  private let recorder = TrafficRecorder()
  private let accounts = TrafficAccounts()
  private let log: VisitLog?
  private let rows: RowNumbers?

  /// - Parameters:
  ///   - log: keeps every request, beside the counts.
  ///   - rows: every write makes a row of its own with the next number, and is repeated until it is acknowledged.
  /// - Throws: ``LabError`` when the settings are out of bounds.
  public init(
    _ settings: TrafficSettings, target: TrafficTarget, log: VisitLog? = nil, rows: RowNumbers? = nil
  ) throws {
    try settings.validate()
    self.settings = settings
    self.target = target
    self.log = log
    self.rows = rows
    // A user keeps a connection, as a browser does.
    client = try HTTPClient(connectionsKept: max(64, settings.users))
  }

  /// Sends traffic until cancelled, and returns when the last user has left.
  public func run() async {
    // The pause ends by cancellation, which is no error here.
    try? await whileUsersVisit { while true { try await Task.sleep(for: .seconds(3600)) } }
  }

  /// Sends traffic for a while, and says what came of it.
  ///
  /// - Parameter warmUp: traffic before the counting begins.
  public func run(for duration: Duration, warmUp: Duration = .zero) async throws -> TrafficReport {
    try await whileUsersVisit {
      try await Task.sleep(for: warmUp)
      self.recorder.reset()
      let begun = ContinuousClock.now
      try await Task.sleep(for: duration)
      return self.recorder.report(users: self.settings.users, over: ContinuousClock.now - begun)
    }
  }

  /// Sends traffic until cancelled, and tells of each interval.
  public func run(every interval: Duration, _ tell: @escaping @Sendable (TrafficReport) -> Void) async throws {
    try await whileUsersVisit {
      while true {
        let begun = ContinuousClock.now
        try await Task.sleep(for: interval)
        tell(self.recorder.report(users: self.settings.users, over: ContinuousClock.now - begun))
        self.recorder.reset()
      }
    }
  }

  private func whileUsersVisit<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws
    -> Value
  {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<settings.users {
        let user = VirtualUser(
          settings: settings, target: target, client: client, recorder: recorder, accounts: accounts, log: log,
          rows: rows, number: number)
        group.addTask { await user.run() }
      }
      defer { group.cancelAll() }
      return try await body()
    }
  }
}
