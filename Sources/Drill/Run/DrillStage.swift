public import Lab
public import Operations

/// What a drill is done on: the faults, the users and the looks from outside. A lab has them all.
public protocol DrillStage: Sendable {
  /// The host that is tested. It is asked for again after the host was started anew.
  func host() async throws -> any HostClient

  /// - Throws: where nothing may be broken.
  func inject(_ fault: Fault) async throws

  /// Takes every fault back, and returns when all is well again.
  func heal() async throws

  /// Kills the host, as a crash does. Returns when it is dead.
  ///
  /// - Throws: when the host is somebody else's.
  func killHost() async throws

  /// Starts the host, and returns when it serves.
  func startHost() async throws

  /// Sends users until cancelled; returns when the last has left.
  func sendUsers(log: VisitLog, rows: RowNumbers) async throws

  /// What the authoritative servers answer now, to `count` queries.
  func answers(_ count: Int) async -> AnswerSample

  /// How often each numbered row of the run is in a cloud's database.
  func presentRows(_ rows: RowNumbers, in cloud: CloudID) async throws -> [Int: Int]

  /// Takes the numbered rows of the run away; replication takes them away on the other side.
  func removeRows(_ rows: RowNumbers, in cloud: CloudID) async throws

  /// What a cloud's database holds.
  func digests(of cloud: CloudID) async throws -> [TableDigest]
}
