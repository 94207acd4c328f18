extension ReplicationConflict {
  /// At most so many of a table are counted when its log is looked at: from there on a count says at least.
  public static let countLimit = 100_000
}
