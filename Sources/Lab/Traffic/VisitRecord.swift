/// One request of one virtual user, as it went.
public struct VisitRecord: Sendable, Equatable {
  public enum Kind: UInt8, Sendable, Codable, CaseIterable {
    case read
    case write
    /// Looks whether a row is there whose answer was lost.
    case look
  }

  public var user: Int
  public var kind: Kind
  /// Nil where the name was not resolved.
  public var cloud: String?
  /// Seconds since the log began.
  public var sentSeconds: Double
  /// When it was answered, or given up.
  public var endedSeconds: Double
  /// Why it failed, the same text for all that failed alike; nil when it did not.
  public var failure: String?
  /// The row it is about; nil for a read.
  public var row: Int?
  /// Whether the application said with this answer that the row is there.
  public var acknowledges: Bool

  public init(
    user: Int, kind: Kind, cloud: String?, sentSeconds: Double, endedSeconds: Double, failure: String? = nil,
    row: Int? = nil, acknowledges: Bool = false
  ) {
    self.user = user
    self.kind = kind
    self.cloud = cloud
    self.sentSeconds = sentSeconds
    self.endedSeconds = endedSeconds
    self.failure = failure
    self.row = row
    self.acknowledges = acknowledges
  }

  public var tookSeconds: Double { endedSeconds - sentSeconds }
}
