/// What users met with over a span of time.
public struct TrafficReport: Sendable, Equatable, Codable {
  /// One cloud's part of it.
  public struct Cloud: Sendable, Equatable, Codable {
    public var id: String
    public var requests: Int
    /// Requests that were not answered, or answered 5xx.
    public var failures: Int
    /// Of all requests, 0 to 1.
    public var share: Double
    /// Of requests that were answered; 0 when there is none.
    public var p50Milliseconds: Double
    public var p99Milliseconds: Double
    public var longestMilliseconds: Double
  }

  public var users: Int
  public var seconds: Double
  public var requests: Int
  public var writes: Int
  public var failures: Int
  public var requestsPerSecond: Double
  public var clouds: [Cloud]
  /// How often each reason came: `status 503`, `connect: connection refused`.
  public var failuresByReason: [String: Int]

  public func cloud(_ id: String) -> Cloud? { clouds.first { $0.id == id } }
}
