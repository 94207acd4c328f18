import Operations
import PostgresAdapter

/// The target's sequences. The log does not tell of them, so they are looked at and set, always upwards.
struct Sequences: Sendable {
  let settings: LinkSettings
  /// How far the target's is set past the source's: for what the source hands out until we look again, and for values
  /// that sessions there have cached.
  var margin: Int64 = 10_000

  struct State: Sendable {
    var lastValue: Int64
    var isCalled: Bool
    var increment: Int64
    var minimum: Int64
    var maximum: Int64
    var cache: Int64
    var cycles: Bool
  }

  /// Sets those that are behind the source's to the margin past it. Sequences that only one side has are left alone.
  ///
  /// - Returns: how many were moved.
  /// - Throws: ``LinkFailure``.
  func advance() async throws -> Int {
    try await Sides.with(settings, purpose: "sequences") { sides in
      try await LinkFailure.naming("advancing the target's sequences") {
        var before: [String: Int64] = [:]
        return try await advance(sides, since: &before)
      }
    }
  }

  /// - Parameter before: the source's values at the last call, and then at this one: what is handed out fast gets a
  ///   margin of three times what was handed out in between.
  private func advance(_ sides: Sides, since before: inout [String: Int64]) async throws -> Int {
    let source = try await read(sides.source)
    let target = try await read(sides.target)
    var moved = 0
    for (name, state) in source.sorted(by: { $0.key < $1.key }) {
      let margin = Self.margin(state, since: before[name], least: margin)
      before[name] = state.lastValue
      guard let other = target[name], let value = Self.goal(state, other, margin: margin) else { continue }
      try await sides.target.query(
        "SELECT setval($1::regclass, $2::bigint, true)", [PostgresValue(name), PostgresValue(value)],
        timeout: .seconds(20))
      moved += 1
    }
    return moved
  }

  /// In steps.
  static func margin(_ state: State, since before: Int64?, least: Int64) -> Int64 {
    guard let before, state.increment != 0 else { return least }
    let (distance, overflows) = state.lastValue.subtractingReportingOverflow(before)
    let steps = overflows ? 0 : distance / state.increment
    let (wanted, isTooMuch) = steps.multipliedReportingOverflow(by: 3)
    return isTooMuch ? least : max(least, wanted)
  }

  /// Keeps them ahead until cancelled: whoever has to do without the source from one moment to the next finds them past
  /// what it has handed out.
  func keepAhead(every interval: Duration = .seconds(30)) async throws {
    var before: [String: Int64] = [:]
    while true {
      try await Task.sleep(for: interval)
      do {
        before = try await Sides.with(settings, purpose: "sequences") { [before] sides in
          var values = before
          _ = try await advance(sides, since: &values)
          return values
        }
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        // The stream tells what is wrong with a side.
      }
    }
  }

  /// The value to set; nil where the target's is far enough.
  static func goal(_ source: State, _ target: State, margin: Int64) -> Int64? {
    // One that wraps around has no order to keep.
    guard source.isCalled, !source.cycles, !target.cycles, (source.increment > 0) == (target.increment > 0) else {
      return nil
    }
    let up = source.increment > 0
    let limit = up ? target.maximum : target.minimum
    // Half of what is left stays left, or the target could hand out nothing where the source still can.
    let (room, isVast) = limit.subtractingReportingOverflow(source.lastValue)
    let left = isVast ? Int64.max : max(0, room.dividedReportingOverflow(by: source.increment).partialValue)
    let steps = min(max(margin, source.cache), left / 2)
    let (distance, tooFar) = source.increment.multipliedReportingOverflow(by: steps)
    let (sum, overflows) = source.lastValue.addingReportingOverflow(distance)
    let wanted = tooFar || overflows ? limit : up ? min(sum, limit) : max(sum, limit)
    // Behind means less than half of the margin ahead: then it is not set at every look.
    let (near, nearOverflows) = source.lastValue.addingReportingOverflow(tooFar ? 0 : distance / 2)
    let floor = nearOverflows ? wanted : up ? min(near, wanted) : max(near, wanted)
    let isAhead = target.isCalled && (up ? target.lastValue >= floor : target.lastValue <= floor)
    return isAhead ? nil : wanted
  }

  /// By quoted name; those of the schemas in scope, owned by a column or not.
  func read(_ connection: PostgresConnection) async throws -> [String: State] {
    let rows = try await connection.query(
      """
      SELECT format('%I.%I', schemaname, sequencename) AS name, start_value, min_value, max_value, increment_by,
        cycle, cache_size, last_value
      FROM pg_sequences WHERE schemaname = ANY ($1::text[])
      """, [PostgresValue(TableCatalog.arrayLiteral(settings.schemas))], timeout: .seconds(30))
    var states: [String: State] = [:]
    for row in rows {
      let last = try row.getIfPresent("last_value", as: Int64.self)
      states[try row.get("name")] = State(
        lastValue: try last ?? row.get("start_value"), isCalled: last != nil, increment: try row.get("increment_by"),
        minimum: try row.get("min_value"), maximum: try row.get("max_value"), cache: try row.get("cache_size"),
        cycles: try row.get("cycle"))
    }
    return states
  }
}
