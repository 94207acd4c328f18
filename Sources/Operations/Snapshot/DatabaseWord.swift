/// What a cloud's application told a vantage of its own database: the word of somebody who stands beside it, carried
/// over another network than the console's own.
public struct DatabaseWord: Sendable, Equatable, Codable {
  /// `down` once the application has said so as often in a row as makes a vantage call a cloud down; `healthy` likewise;
  /// `unknown` before, and when it says nothing of its database.
  public var health: Health
  /// Whether the application may write there; nil when it did not say.
  public var isWritable: Bool?
  /// `writable`, `read only`, or the application's reason: `connection refused`.
  public var detail: String
  /// When it came to be so; nil where a host of another version tells.
  public var since: Timestamp?

  public init(health: Health, isWritable: Bool?, detail: String, since: Timestamp? = nil) {
    self.health = health
    self.isWritable = isWritable
    self.detail = detail
    self.since = since
  }
}
