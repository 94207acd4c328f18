/// Pieces of statements.
enum SQL {
  /// A time as RFC 3339 in UTC, to the microsecond: what the API shows, and what a cursor can be compared with.
  static func time(_ column: String) -> String {
    "to_char(\(column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
  }
}
