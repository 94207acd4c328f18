public import Operations
import PostgresAdapter

/// What only an old primary has, of real databases: it is exported to a file beside the journal, and merged from there.
///
/// The file is named after the direction and the generation of the old primary's fence, so that each rejoin writes one of
/// its own and a repeated step writes the same one. It holds rows, and nothing but it does: neither what is returned nor
/// what is thrown quotes a value.
public struct PostgresDivergence: DivergencePort {
  /// The settings of a link in the direction whose source is the given cloud.
  public typealias SettingsMaker = @Sendable (_ link: LinkID, _ source: CloudID) throws -> LinkSettings

  private let directory: String
  private let settings: SettingsMaker

  /// - Parameter directory: that of the journal; it exists.
  public init(directory: String, settings: @escaping SettingsMaker) {
    self.directory = directory
    self.settings = settings
  }

  public func export(
    _ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let settings = try settings(link, cloud)
    return try await LinkFailure.naming("exporting what only \(cloud) has") {
      let file = try await file(settings)
      let tally = try await DivergenceExport(settings: settings, file: file, progress: progress).run()
      return tally.text(file.path)
    }
  }

  public func merge(
    _ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let settings = try settings(link, cloud)
    return try await LinkFailure.naming("merging what only \(cloud) has") {
      try await DivergenceMerge(settings: settings, file: try await file(settings), progress: progress).run()
    }
  }

  private func file(_ settings: LinkSettings) async throws -> DivergenceFile {
    let role = try await LinkChores(settings: settings).ask(settings.source) { try await RoleStanding.read($0) }
    return DivergenceFile(directory: directory, settings: settings, attempt: role?.generation)
  }
}
