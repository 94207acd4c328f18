import Operations
import PostgresAdapter

/// Where a source's log ends, and which of its histories that is: each promotion of a standby begins another timeline.
struct SourceLog: Sendable, Equatable {
  var timeline: UInt32
  /// What is on the source's disk; a stream never comes further.
  var end: LSN

  /// - Returns: nil for a source that is itself a standby, or that does not tell.
  /// - Throws: ``PostgresError`` when it cannot be asked.
  static func read(on source: PostgresConnection) async throws -> SourceLog? {
    let row: PostgresRow
    do {
      // A file's name begins with its timeline, in eight hexadecimal digits.
      row = try await source.query(
        """
        SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn()::text END AS flushed,
          CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) END AS timeline
        """, timeout: .seconds(10)
      ).only()
    } catch let error as PostgresError where error.kind == .server {
      return nil
    }
    guard let end = try row.getIfPresent("flushed", as: String.self).flatMap({ LSN($0) }),
      let timeline = try row.getIfPresent("timeline", as: String.self).flatMap({ UInt32($0, radix: 16) })
    else { return nil }
    return SourceLog(timeline: timeline, end: end)
  }

  /// Until where this log is the one that the timeline `known` was; zero where nothing tells.
  ///
  /// - Throws: ``LinkFailure`` where the source lets nobody in; `PostgresError`.
  func agreement(with known: UInt32?, _ settings: LinkSettings) async throws -> LSN {
    guard let known, known != timeline else { return end }
    guard known < timeline else { return .zero }
    let stream = try await settings.enterStream(
      as: settings.session(settings.source, purpose: "timeline"), timeout: PostgresLink.connectTimeout)
    do {
      let history = try await stream.history(of: timeline, timeout: .seconds(10))
      await stream.close()
      return min(end, history[known] ?? .zero)
    } catch let error as PostgresError where error.kind == .server {
      await stream.close()
      return .zero
    } catch {
      await stream.close()
      throw error
    }
  }

  // MARK: - Books

  /// The timeline on which the link's position at the target is.
  ///
  /// - Returns: nil where none was noted down, as by earlier versions.
  static func known(of link: String, on target: PostgresConnection) async throws -> UInt32? {
    guard try await Bookkeeping.exists("link_source", on: target) else { return nil }
    let rows = try await target.query(
      "SELECT timeline FROM signalbox.link_source WHERE link = $1", [PostgresValue(link)], timeout: .seconds(20))
    return try rows.first.flatMap { UInt32(exactly: try $0.get("timeline", as: Int64.self)) }
  }

  /// In another mode the position moves without its timeline.
  static func forget(of link: String, on target: PostgresConnection) async throws {
    try await target.query(
      "DELETE FROM signalbox.link_source WHERE link = $1", [PostgresValue(link)], timeout: .seconds(20))
  }

  static func note(_ timeline: UInt32, of link: String, on target: PostgresConnection) async throws {
    try await target.query(
      """
      INSERT INTO signalbox.link_source (link, timeline) VALUES ($1, $2::bigint)
      ON CONFLICT (link) DO UPDATE SET timeline = excluded.timeline
      """, [PostgresValue(link), PostgresValue(Int64(timeline))], timeout: .seconds(20))
  }
}
