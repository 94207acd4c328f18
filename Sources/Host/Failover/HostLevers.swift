import FailoverEngine
import Operations

/// What the host does for the failover engine. It is made before its host.
final class HostLevers: AutomaticLevers {
  private let relay = HostRelay()

  func join(_ host: Host) async { await relay.join(host) }

  func judge(_ request: FailoverRequest) async throws -> [InterlockVerdict] {
    try await host().judge(request)
  }

  func execute(_ request: FailoverRequest) async throws -> OperationID {
    try await host().actByItself(request)
  }

  func note(_ message: String, severity: Event.Severity) async {
    await relay.host?.noteFailover(message, severity: severity)
  }

  /// Without a host nothing can be told, and an operation may be under way.
  var isMovingWrites: Bool { get async { await relay.host?.isMovingWrites ?? true } }

  private func host() async throws -> Host {
    guard let host = await relay.host else { throw HostError.failed("the host has ended") }
    return host
  }
}

/// Holds no host alive.
private actor HostRelay {
  private(set) weak var host: Host?

  func join(_ host: Host) { self.host = host }
}
