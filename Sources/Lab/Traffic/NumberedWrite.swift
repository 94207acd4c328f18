/// A numbered row that a user writes, until the application has acknowledged it.
///
/// An answer that was lost says nothing: the row may be there or not. So the user looks first, in the database that takes
/// the writes, and writes again only what is not there. The application knows no idempotency keys; a write that was
/// still on its way when its user looked can make a row twice, and a drill counts those.
struct NumberedWrite: Sendable, Equatable {
  enum Step: Sendable, Equatable { case post, look }

  enum Outcome: Sendable, Equatable {
    /// An answer with this status.
    case answered(status: Int)
    /// Nothing has reached the application.
    case neverSent
    /// It was sent, and no answer came.
    case lost
    /// A look has found the row, or not.
    case looked(found: Bool)
  }

  let number: Int
  /// The next thing to do about it.
  private(set) var next = Step.post

  init(number: Int) { self.number = number }

  /// - Returns: whether the application has said that the row is there.
  mutating func learn(_ outcome: Outcome) -> Bool {
    switch (next, outcome) {
    case (.post, .answered(201)): return true
    // A server's own failure, or a gateway's: what it was doing meanwhile is not known.
    case (.post, .answered(500...)), (.post, .lost): next = .look
    case (.look, .looked(true)): return true
    case (.look, .looked(false)): next = .post
    default: break
    }
    return false
  }
}
