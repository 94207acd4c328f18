/// Rows that stay though the source does not have them, because the target's application wrote them.
///
/// No clock tells them, but the order of the target's own transactions. A version that the last pass did not see is the
/// application's word since then, and no trace of a delete. One that it saw is known by its key, in
/// `signalbox.link_kept`, if the source did not have that then either; if it had, the source has deleted the row since.
extension MergeSQL {
  /// Every transaction with a lower number has ended: whoever reads the target's table after that sees what they wrote.
  /// A part of a transaction has a higher number than the whole.
  static let horizon = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon"

  /// Of a row `t` that the source does not have, and `a`, which tells of a transaction of ours that wrote it.
  ///
  /// Where no pass has noted how far it saw, every row of the application's stays; also where that is beyond the
  /// target's transactions, because its books came from another server.
  var stays: String {
    guard timestampColumn != nil, !table.key.isEmpty else { return "false" }
    return """
      a.transaction IS NULL AND (coalesce(\(Self.number(of: "t.xmin::text::bigint")) >= (
          SELECT n.horizon FROM signalbox.link_seen n WHERE n.link = \(link) AND n.table_name = \(tableName)
            AND n.horizon <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint), true)
        OR \(isKept(keyText)))
      """
  }

  /// A transaction's whole number, of which a row has the lower half. No row is from the future: it is the last that
  /// ends so.
  static func number(of half: String, now: String = "pg_current_xact_id()::text::bigint") -> String {
    "(\(now) - ((\(now) - \(half)) & 4294967295))"
  }

  func isKept(_ key: String) -> String {
    """
    EXISTS (SELECT FROM signalbox.link_kept k
      WHERE k.link = \(link) AND k.table_name = \(tableName) AND k.key = \(key))
    """
  }

  private static let isKeptNow = "d.stays AND d.given IS NULL"

  /// - Parameter unlessStanding: whether those that stay now are spared; else none stays.
  func forgetKept(unlessStanding: Bool) -> String {
    let spared =
      unlessStanding
      ? " AND NOT EXISTS (SELECT FROM \(Self.standing) d WHERE \(Self.isKeptNow) AND d.key = k.key)" : ""
    return "DELETE FROM signalbox.link_kept k WHERE k.link = \(link) AND k.table_name = \(tableName)\(spared)"
  }

  var noteKept: String {
    """
    INSERT INTO signalbox.link_kept (link, table_name, key)
    SELECT \(link), \(tableName), d.key FROM \(Self.standing) d WHERE \(Self.isKeptNow)
    ON CONFLICT (link, table_name, key) DO NOTHING
    """
  }

  /// - Parameter horizon: as it was when the pass began to read the table.
  func noteSeen(_ horizon: Int64) -> String {
    """
    INSERT INTO signalbox.link_seen (link, table_name, horizon) VALUES (\(link), \(tableName), \(horizon))
    ON CONFLICT (link, table_name) DO UPDATE SET horizon = excluded.horizon
    """
  }
}
