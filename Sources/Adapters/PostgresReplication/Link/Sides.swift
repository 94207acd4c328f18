import Operations
import PostgresAdapter

/// A session at each side.
struct Sides: Sendable {
  var source: PostgresConnection
  var target: PostgresConnection

  /// As the link the other way round sees them.
  var reversed: Sides { Sides(source: target, target: source) }

  /// Opens both, and closes them when `body` ends.
  ///
  /// - Throws: ``LinkFailure`` naming the side; what `body` throws.
  static func with<Value: Sendable>(
    _ settings: LinkSettings, purpose: String, _ body: (Sides) async throws -> Value
  ) async throws -> Value {
    let sides = try await open(settings, purpose: purpose)
    do {
      let value = try await body(sides)
      await sides.close()
      return value
    } catch {
      await sides.close()
      throw error
    }
  }

  /// Opens both; whoever asks for them closes them.
  ///
  /// - Throws: ``LinkFailure`` naming the side: blocked, where it refuses the role.
  static func open(_ settings: LinkSettings, purpose: String) async throws -> Sides {
    async let opening = open(settings, settings.target, purpose)
    // Where this fails, the other is given up, and closed by whoever opens it.
    let source = try await open(settings, settings.source, purpose)
    do {
      return Sides(source: source, target: try await opening)
    } catch {
      await source.close()
      throw error
    }
  }

  func close() async {
    await source.close()
    await target.close()
  }

  private static func open(
    _ settings: LinkSettings, _ side: PostgresSettings, _ purpose: String
  ) async throws -> PostgresConnection {
    var session = settings.session(side, purpose: purpose)
    // A statement that has to wait for the application's locks would make the application wait behind it.
    session.sessionSettings["lock_timeout"] = "5s"
    session.sessionSettings["statement_timeout"] = "60s"
    return try await settings.enter(side, as: session, timeout: .seconds(15))
  }
}
