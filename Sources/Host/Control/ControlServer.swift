import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Operations

/// Serves the control API on a Unix socket that only its owner can open.
public final class ControlServer: Sendable {
  public let path: String
  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let connections: ConnectionSet

  private init(
    path: String, channel: any Channel, group: MultiThreadedEventLoopGroup, connections: ConnectionSet
  ) {
    self.path = path
    self.channel = channel
    self.group = group
    self.connections = connections
  }

  /// Binds and serves. A socket that a dead host left behind is replaced; a live one is not.
  ///
  /// - Throws: ``HostError/failed(_:)`` when the socket cannot be bound.
  public static func start(path: String, host: Host) async throws -> ControlServer {
    if await RemoteHostClient.isServed(path) {
      throw HostError.failed("control socket \(path): another host serves it")
    }
    unlink(path)
    try? FileManager.default.createDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let connections = ConnectionSet()
    let router = ControlRouter(host: host)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 64)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard connections.add(channel) else { return channel.close(promise: nil) }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(ControlChannelHandler(router: router))
        }
      }
    do {
      let channel = try await bootstrap.withBoundSocket(boundSocket(path)).get()
      return ControlServer(path: path, channel: channel, group: group, connections: connections)
    } catch {
      try? await group.shutdownGracefully()
      throw HostError.failed("control socket \(path): \(error); check its directory")
    }
  }

  /// A Unix socket of mode 0600 from its first instant: on Linux, `bind` takes the mode that `fchmod` gave the
  /// unbound socket (unix(7), *Pathname socket ownership and permissions*, and `unix_bind` in the kernel).
  private static func boundSocket(_ path: String) throws -> NIOBSDSocket.Handle {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw HostError.failed(String(cString: strerror(errno))) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard bytes.count < room.count else { return false }
      room.copyBytes(from: bytes)
      return true
    }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        fits && fchmod(descriptor, 0o600) == 0
          && bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard bound else {
      let reason = fits ? String(cString: strerror(errno)) : "the path is longer than 107 bytes"
      close(descriptor)
      throw HostError.failed(reason)
    }
    return descriptor
  }

  /// Closes the socket and every connection.
  public func stop() async {
    try? await channel.close()
    unlink(path)
    await connections.closeAll()
    try? await group.shutdownGracefully()
  }
}
