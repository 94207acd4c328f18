public import Operations

/// What a replication stream delivered at once: pgoutput messages end to end in one block of memory, and what the
/// server said about itself.
public struct ReplicationMessages: Sendable {
  /// The messages' bytes, one after another.
  public internal(set) var bytes: [UInt8] = []
  /// Where each message ends in ``bytes``; it begins where the one before ends.
  public internal(set) var ends: [Int] = []
  /// The newest end of the log that the server told of; nil when it told nothing.
  public internal(set) var walEnd: LSN?
  /// The newest end that came in a keepalive. With everything applied it may be acknowledged, so that a slot for which
  /// there is nothing to send does not keep the log.
  public internal(set) var keepaliveEnd: LSN?
  /// The server's clock when it sent the newest message.
  public internal(set) var serverClock: Timestamp?
  /// Whether the server wants to hear from us now.
  public internal(set) var wantsReply = false

  public init() {}

  /// What was learned about the server in another way than from its stream.
  public init(walEnd: LSN, keepaliveEnd: LSN? = nil, serverClock: Timestamp? = nil) {
    self.walEnd = walEnd
    self.keepaliveEnd = keepaliveEnd
    self.serverClock = serverClock
  }

  public var isEmpty: Bool { ends.isEmpty }
  public var count: Int { ends.count }

  /// Whether the server has said nothing at all.
  public var isSilence: Bool { isEmpty && walEnd == nil && !wantsReply }

  /// Adds a message, for replaying recorded streams.
  public mutating func append(_ message: some Collection<UInt8>) {
    bytes.append(contentsOf: message)
    ends.append(bytes.count)
  }
}
