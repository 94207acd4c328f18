public import Lab
public import Operations

/// Which of the rows that users were told of are there.
public struct RowCheck: Sendable, Equatable, Codable {
  /// The database that was asked: the one that takes the writes.
  public var cloud: CloudID
  public var atSeconds: Double
  /// After all was healed and put back; before, what a dead primary alone has is lost.
  public var isInTheEnd: Bool
  /// Rows that the application had acknowledged before the database was asked.
  public var acknowledged: Int
  /// Of these, the numbers of those that are not there; the first few.
  public var lostNumbers: [Int]
  public var lost: Int
  /// Rows that were sent and never acknowledged: nobody was told that they are there.
  public var doubtful: Int
  /// Of these, those that are there.
  public var doubtfulFound: Int
  /// Rows that are there more than once.
  public var doubled: Int

  private static let numbersShown = 20

  /// - Parameters:
  ///   - records: of everything until the database was asked. Later ones must not be among them.
  ///   - present: how often each number is there.
  public init(
    cloud: CloudID, atSeconds: Double, isInTheEnd: Bool, records: some Sequence<VisitRecord>, present: [Int: Int]
  ) {
    var told: Set<Int> = []
    var sent: Set<Int> = []
    for record in records {
      guard let row = record.row else { continue }
      sent.insert(row)
      if record.acknowledges { told.insert(row) }
    }
    let missing = told.filter { present[$0, default: 0] == 0 }.sorted()
    let untold = sent.subtracting(told)
    self.cloud = cloud
    self.atSeconds = atSeconds
    self.isInTheEnd = isInTheEnd
    acknowledged = told.count
    lost = missing.count
    lostNumbers = Array(missing.prefix(Self.numbersShown))
    doubtful = untold.count
    doubtfulFound = untold.count { present[$0, default: 0] > 0 }
    doubled = present.values.count { $0 > 1 }
  }
}
