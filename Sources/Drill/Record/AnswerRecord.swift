public import Operations

/// What some direct queries to the authoritative server were answered, all within a moment.
public struct AnswerRecord: Sendable, Equatable {
  /// When the queries were sent.
  public var atSeconds: Double
  public var countByCloud: [CloudID: Int]
  /// Why there was none; nil while the server answers.
  public var failure: String?

  public init(atSeconds: Double, countByCloud: [CloudID: Int], failure: String? = nil) {
    self.atSeconds = atSeconds
    self.countByCloud = countByCloud
    self.failure = failure
  }

  public var total: Int { countByCloud.values.reduce(0, +) }
}
