import Synchronization

/// Gives every row of a drill's run its number, from 1, and the title it is found by.
public final class RowNumbers: Sendable {
  /// The same in all titles of one run, and in none of another.
  public let run: String
  private let last = Atomic(0)

  public init(run: String) { self.run = run }

  /// How many were given out.
  public var count: Int { last.load(ordering: .relaxed) }

  func next() -> Int { last.add(1, ordering: .relaxed).newValue }

  /// `drill k3f9 row 17`.
  public func title(_ number: Int) -> String { titlePrefix + String(number) }

  /// What all titles of the run begin with.
  public var titlePrefix: String { "drill \(run) row " }
}
