import Operations
import PostgresAdapter

/// The row in which a database keeps its role.
struct RoleRecord: Sendable, Equatable {
  var standing: DatabaseRole.Standing
  var generation: Generation
  /// Who made it what it is.
  var actor: String
  /// The role that may or may not write.
  var application: String

  static let columns = "standing, generation, actor, application::text AS application"

  init(standing: DatabaseRole.Standing, generation: Generation, actor: String, application: String) {
    self.standing = standing
    self.generation = generation
    self.actor = actor
    self.application = application
  }

  init(_ row: PostgresRow) throws {
    guard let standing = DatabaseRole.Standing(rawValue: try row.get("standing")) else {
      throw RoleError.refused("signalbox.role has a standing that this release does not know")
    }
    self.init(
      standing: standing, generation: Generation(try row.get("generation")), actor: try row.get("actor"),
      application: try row.get("application"))
  }

  /// Whether somebody may act on it. Pure.
  ///
  /// One generation makes one decision: of two controllers that chose the same number, the one that comes second to make
  /// the database something else is refused. The same controller may take back what it did, and may repeat it.
  ///
  /// - Parameter wanted: nil for what changes no standing.
  /// - Throws: ``RoleError``.
  func judge(_ generation: Generation, to wanted: DatabaseRole.Standing?, by actor: String, for role: String)
    throws(RoleError)
  {
    guard application == role else {
      throw .refused(
        "this database keeps the role of \(application), and \(role) is configured: set application-role to "
          + "\(application), or UPDATE signalbox.role SET application = \(Quoted.literal(role))")
    }
    if self.generation > generation { throw .superseded(standing: self.generation) }
    guard self.generation == generation, let wanted, standing != .unclaimed, standing != wanted else { return }
    if self.actor != actor { throw .superseded(standing: self.generation) }
  }
}
