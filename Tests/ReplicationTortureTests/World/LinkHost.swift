/// Keeps a link going, and can be broken off at any instant: nothing is remembered then but what the databases hold.
protocol LinkHost: AnyObject, Sendable {
  nonisolated var name: String { get }
  /// The reason for which it last failed; nil while it never did.
  var lastFailure: String? { get async }
  /// Why tables were set aside, by table.
  var parked: [String: String] { get async }

  /// Whether it has come to its stream since it began.
  var isUnderWay: Bool { get async }

  func start() async
  /// Ends it as its death would; it begins anew.
  func breakOff() async
  /// Ends it for good.
  func stop() async
}
