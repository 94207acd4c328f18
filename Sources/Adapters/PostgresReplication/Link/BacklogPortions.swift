import Operations

/// Where one portion of a backlog ends and the next begins. Pure.
///
/// For each portion the source reads again what it has read since its last checkpoint or quarter of a minute, so portions
/// grow; and they become smaller again towards the end, as nothing is decoded any more while the last one is applied.
struct BacklogPortions: Sendable {
  struct Portion: Sendable, Equatable {
    /// It ends with the transaction that brings so many.
    var messages: Int
    /// It ends here at the latest.
    var limit: LSN
  }

  private static let mostMessages = 1 << 30
  private let limits: BacklogLimits
  private let end: LSN
  private var messages: Int
  private var bytes: UInt64
  private var messagesPerByte = 0.0
  private(set) var position: LSN

  init(limits: BacklogLimits, from position: LSN, to end: LSN) {
    self.limits = limits
    self.position = position
    self.end = end
    messages = limits.messages
    bytes = limits.portion
  }

  /// Nil when all has come.
  var next: Portion? {
    let rest = end.bytes(since: position)
    guard rest > 0 else { return nil }
    return Portion(messages: share(of: rest), limit: bytes >= rest ? end : LSN(position.rawValue + bytes))
  }

  private func share(of rest: UInt64) -> Int {
    guard messagesPerByte > 0 else { return messages }
    let left = Int(Double(rest) * messagesPerByte)
    // Too little to be divided again: reading over what came before would cost more than is gained. It is an estimate
    // only, and what follows may be denser.
    guard left > limits.messages * 3 else { return max(messages, limits.messages * 4) }
    return min(messages, left / 2)
  }

  /// - Parameters:
  ///   - count: messages that it brought.
  ///   - received: end of the last transaction that has come.
  mutating func took(_ portion: Portion, count: Int, received: LSN) {
    let begin = position
    // Where there were enough messages, it has ended with the last of them.
    position = max(position, count >= portion.messages ? received : max(portion.limit, received))
    messages = min(messages + messages / 4 * 3, Self.mostMessages)
    guard count > 0 else {
      // It lies within one large transaction, of which nothing comes before its end, and which is read from its
      // beginning again; or the log is nobody's business.
      bytes = min(bytes, .max / 2) * 2
      return
    }
    bytes = limits.portion
    messagesPerByte = Double(count) / Double(max(1, position.bytes(since: begin)))
  }
}
