import Host
import Operations

/// A host in this process, and its control socket while it holds the lease.
actor OwnHost {
  nonisolated let host: Host
  private let socket: String
  private var server: ControlServer?
  private var serving: Task<Void, Never>?

  private init(host: Host, socket: String) {
    self.host = host
    self.socket = socket
  }

  /// - Parameter looking: observe and nothing else; the lease and the socket are left to others.
  static func start(_ configuration: Configuration, onlyLooking looking: Bool = false) async throws -> OwnHost {
    let host = try await CompositionRoot.host(for: configuration, holder: Operator.holder)
    let own = OwnHost(host: host, socket: configuration.controlSocket)
    await host.start(onlyLooking: looking)
    if !looking { await own.serve() }
    return own
  }

  func stop() async {
    serving?.cancel()
    await serving?.value
    await server?.stop()
    server = nil
    await host.stop()
  }

  /// Whether other consoles and commands can attach.
  var isServing: Bool { server != nil }

  private func serve() async {
    await serveIfLeased()
    serving = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(2))
        await self.serveIfLeased()
      }
    }
  }

  private func serveIfLeased() async {
    guard server == nil, await host.holdsLease else { return }
    do {
      server = try await ControlServer.start(path: socket, host: host)
    } catch {
      await host.report("\(error)", of: "control socket")
    }
  }
}
