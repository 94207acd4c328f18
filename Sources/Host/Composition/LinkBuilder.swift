import FoundationEssentials
import Operations
import PostgresAdapter
import PostgresReplication
import ReplicationEngine

/// Builds the links that a configuration asks for, and the engine that keeps them going.
struct LinkBuilder: Sendable {
  typealias PortMaker = @Sendable (LinkSettings) -> any ReplicationLinkPort

  let configuration: Configuration
  let parts: PartsBuilder

  /// What the engine keeps going: a link that goes both ways is two.
  var links: [ReplicatedLink] { configuration.replication.flatMap(Self.links) }

  static func syncSettings(of configuration: Configuration) -> SyncSettings {
    SyncSettings(
      clockSkewLimits: configuration.replication.reduce(into: [:]) { limits, link in
        for way in links(link) { limits[way.id] = link.clockSkewLimit }
      },
      keepingLater: Set(
        configuration.replication.filter { $0.mode == .snapshot && $0.timestampColumn != nil }.flatMap(links).map(\.id))
    )
  }

  /// - Returns: nil where no link is configured.
  /// - Throws: ``HostError/failed(_:)`` when a secret cannot be fetched.
  func engine(
    journal: any JournalPort, clock: any Clock<Duration>, wallClock: any WallClock, makePort: @escaping PortMaker
  ) async throws -> ReplicationEngine? {
    guard !configuration.replication.isEmpty else { return nil }
    let (configured, ways) = try await sides()
    let routes = try await nativeRoutes()
    return ReplicationEngine(links: links, journal: journal, clock: clock, wallClock: wallClock) {
      [configured, ways, routes] link, generation in
      guard let asked = configured[link.id], let source = ways[link.id]?[link.source],
        let target = ways[link.id]?[link.target]
      else { preconditionFailure("the engine asked for a link that it was not given: \(link.id)") }
      var settings = Self.settings(link, asked, source: source, target: target, generation: generation)
      settings.nativeRoute = routes[link.id]?[link.source]
      return makePort(settings)
    }
  }

  /// What tells the rows that only an old primary has; nil where no link is configured.
  ///
  /// - Throws: ``HostError/failed(_:)`` when a secret cannot be fetched.
  func divergence() async throws -> PostgresDivergence? {
    guard !configuration.replication.isEmpty else { return nil }
    let (configured, ways) = try await sides()
    let directory = URL(filePath: configuration.journal).deletingLastPathComponent().path
    return PostgresDivergence(directory: directory) { id, old in
      guard let asked = configured[id], let sides = ways[id], let source = sides[old],
        let other = sides.keys.first(where: { $0 != old }), let target = sides[other]
      else { throw HostError.invalidRequest("\(id) does not join \(old) with another cloud") }
      var link = ReplicatedLink(
        id: id, mode: asked.mode, source: asked.source, target: asked.target, lagLimit: asked.lagLimit)
      if link.source != old { link = link.reversed }
      return Self.settings(link, asked, source: source, target: target, generation: Generation(0))
    }
  }

  /// What was configured for each link, and the way to each of its sides.
  private func sides() async throws -> (
    configured: [LinkID: Configuration.Replication], ways: [LinkID: [CloudID: PostgresSettings]]
  ) {
    var configured: [LinkID: Configuration.Replication] = [:]
    var ways: [LinkID: [CloudID: PostgresSettings]] = [:]
    for link in configuration.replication {
      let sides = [
        link.source: try await settings(of: link.source, via: link.viaSource),
        link.target: try await settings(of: link.target, via: link.viaTarget),
      ]
      for way in Self.links(link) {
        configured[way.id] = link
        ways[way.id] = sides
      }
    }
    return (configured, ways)
  }

  /// How the other side's server enters a cloud's, where that is done, by link and cloud.
  ///
  /// - Throws: ``HostError/failed(_:)`` when a secret cannot be fetched.
  func nativeRoutes() async throws -> [LinkID: [CloudID: NativeRoute]] {
    var routes: [LinkID: [CloudID: NativeRoute]] = [:]
    for link in configuration.replication where link.mode == .native {
      routes[link.id] = [
        link.source: try await route(into: link.source, link.nativeSource),
        link.target: try await route(into: link.target, link.nativeTarget),
      ]
    }
    return routes
  }

  /// The way that this program takes, such as a tunnel, is not the other server's.
  private func route(into cloud: CloudID, _ way: Configuration.NativeWay?) async throws -> NativeRoute {
    let database = try database(of: cloud)
    var password: Secret?
    if let reference = way?.password { password = try await SecretResolver.resolve(reference) }
    let entrance = Configuration.Way(host: way?.host ?? database.host, port: way?.port ?? database.port)
    return NativeRoute(
      host: parts.host(of: database, via: entrance), user: way?.user, password: password,
      passwordFile: way?.passwordFile, rootCertificateFile: way?.rootCertificate)
  }

  private func database(of cloud: CloudID) throws -> Configuration.Database {
    guard let database = configuration.clouds.first(where: { $0.id == cloud })?.database else {
      throw HostError.failed("cloud \(cloud) has no database; add database: to it")
    }
    return database
  }

  private func settings(of cloud: CloudID, via way: Configuration.Way?) async throws -> PostgresSettings {
    try await parts.settings(of: try database(of: cloud), via: way)
  }

  private static func settings(
    _ link: ReplicatedLink, _ asked: Configuration.Replication, source: PostgresSettings, target: PostgresSettings,
    generation: Generation
  ) -> LinkSettings {
    let keyless: LinkSettings.Keyless =
      switch asked.keyless {
      case .refuse: .refuse
      case .full: .full
      case .insertOnly: .insertOnly
      }
    var settings = LinkSettings(
      id: link.id, mode: link.mode, sourceNode: link.source, targetNode: link.target, source: source, target: target,
      schemas: asked.schemas, excluded: asked.exclude, keyless: keyless, generation: generation,
      parallelCopies: asked.parallelCopies, clockSkewLimit: asked.clockSkewLimit)
    settings.decodingMegabytes = asked.decodingMegabytes
    settings.conflictsKept = asked.conflictsKept
    settings.snapshotInterval = asked.interval
    settings.timestampColumn = asked.timestampColumn
    // Of a link that goes both ways, the way there copies.
    settings.adopts = asked.mode == .streamBoth && link.source != asked.source
    return settings
  }

  private static func links(_ link: Configuration.Replication) -> [ReplicatedLink] {
    let there = ReplicatedLink(
      id: link.id, mode: link.mode, source: link.source, target: link.target, lagLimit: link.lagLimit,
      logAlarmBytes: UInt64(link.logAlarmMegabytes) << 20)
    guard link.mode == .streamBoth else { return [there] }
    var back = there.reversed
    let isNamedByClouds = link.id.rawValue == "\(link.source)-\(link.target)"
    back.id = LinkID(isNamedByClouds ? "\(link.target)-\(link.source)" : "\(link.id)-back")
    return [there, back]
  }
}
