/// How a link keeps its target in step.
public enum ReplicationMode: String, Sendable, Codable, CaseIterable {
  /// One way, changes streamed as they commit.
  case stream
  /// Both ways; of two changes of one row the later commit wins.
  case streamBoth = "stream-both"
  /// Whole tables again and again, for sources without logical decoding; of two versions of a row the later wins.
  case snapshot
  /// PostgreSQL's own subscription, set up, watched and reversed by us.
  case native
}
