public import NIOCore
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOPosix

/// One running instance.
public struct WorkloadServer: Sendable {
  private let settings: WorkloadSettings

  public init(_ settings: WorkloadSettings) { self.settings = settings }

  /// Serves until the task is cancelled or the process is asked to stop (SIGTERM, SIGINT); requests under way are then
  /// finished, and new connections refused.
  ///
  /// - Parameter started: told the address once connections are taken.
  public func run(started: @escaping @Sendable (SocketAddress?) async -> Void = { _ in }) async throws {
    var logger = Logger(label: "workload")
    logger.logLevel = .notice
    let workload = try Workload(settings, logger: logger)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
    let application = Application(
      router: workload.router,
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          idleTimeout: .seconds(90),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.listen.address, port: settings.listen.port), backlog: 1024),
      onServerRunning: { await started($0.localAddress) },
      eventLoopGroupProvider: .shared(group), logger: logger)
    let sweeping = Task { [sweeper = workload.sweeper] in await sweeper.run() }
    func stopSweeping() async {
      sweeping.cancel()
      await sweeping.value
    }
    do {
      try await application.runService()
    } catch {
      await stopSweeping()
      await workload.database.close()
      try? await group.shutdownGracefully()
      throw error
    }
    await stopSweeping()
    await workload.database.close()
    try await group.shutdownGracefully()
  }
}
