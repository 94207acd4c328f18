/// A fact about the world, with the place it came from and the time it was seen.
///
/// An observation never speaks for longer than `staleAfter`: past that it still can be shown, with its age, but no
/// rule may count on it.
public struct Observation<Value: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
  public var value: Value
  /// Who said so, as an operator would name it: `HAProxy 127.77.1.10`, `probe ×3`.
  public var source: String
  public var observedAt: Timestamp
  public var staleAfter: Duration

  public init(_ value: Value, source: String, observedAt: Timestamp, staleAfter: Duration) {
    self.value = value
    self.source = source
    self.observedAt = observedAt
    self.staleAfter = staleAfter
  }

  public func age(at now: Timestamp) -> Duration { max(.zero, now - observedAt) }

  public func isStale(at now: Timestamp) -> Bool { age(at: now) > staleAfter }

  /// The value while it still speaks, nil once it is stale.
  public func fresh(at now: Timestamp) -> Value? { isStale(at: now) ? nil : value }

  private enum CodingKeys: String, CodingKey { case value, source, observedAt, staleAfterMilliseconds }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    value = try container.decode(Value.self, forKey: .value)
    source = try container.decode(String.self, forKey: .source)
    observedAt = try container.decode(Timestamp.self, forKey: .observedAt)
    staleAfter = .milliseconds(try container.decode(Int64.self, forKey: .staleAfterMilliseconds))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(source, forKey: .source)
    try container.encode(observedAt, forKey: .observedAt)
    try container.encode(staleAfter.wholeMicroseconds / 1000, forKey: .staleAfterMilliseconds)
  }
}
