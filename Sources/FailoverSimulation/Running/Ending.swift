/// Decides how a run goes on to its end, and when that is reached.
protocol Ending: AnyObject {
  /// When it begins.
  var beginsAt: Duration { get }
  var isOver: Bool { get }
  /// Why the end is not reached in the time allowed.
  var failure: String? { get }

  func begin()
}
