import PostgresAdapter

/// How the databases hash a text to 64 bits. Both must come to the same number, whatever their version, machine and
/// encoding.
enum RowHash: Sendable, Equatable {
  /// `hashtextextended`, of PostgreSQL 11 and later: about ten times as fast. It promises nothing across machines of
  /// different byte order or future versions, so it is tried before it is used.
  case builtin
  /// Halves of MD5 over the text in UTF-8, which is the same everywhere.
  case md5

  /// Chooses what both sides agree on.
  ///
  /// - Throws: ``PostgresError``.
  static func common(
    _ source: PostgresConnection, _ target: PostgresConnection, timeout: Duration
  ) async throws -> RowHash {
    async let first = probe(source, timeout)
    async let second = probe(target, timeout)
    let (left, right) = try await (first, second)
    return left != nil && left == right ? .builtin : .md5
  }

  /// Nil where the server has no such function.
  private static func probe(_ connection: PostgresConnection, _ timeout: Duration) async throws -> String? {
    // The encoding is part of the answer: the function hashes the bytes as the server has them.
    let sql = """
      SELECT concat_ws(' ', current_setting('server_encoding'), hashtextextended('', 1), hashtextextended('signal', 2),
        hashtextextended(repeat('a longer text, of several blocks; ', 9), -3)) AS answer
      """
    do {
      return try await connection.query(sql, timeout: timeout).only().get("answer")
    } catch let error as PostgresError where error.sqlState == "42883" {
      return nil
    }
  }

  /// An expression for one of two independent numbers of a text expression.
  func sql(_ text: String, half: Int) -> String {
    switch self {
    case .builtin: "hashtextextended(\(text), \(half == 0 ? 7_340_033 : 25_165_843))"
    case .md5:
      "('x' || substr(md5(convert_to(\(text), 'UTF8')), \(half == 0 ? 1 : 17), 16))::bit(64)::bigint"
    }
  }
}
