import NIOCore
import Synchronization

/// The open connections of a server, limited in number.
final class ConnectionSet: Sendable {
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])
  private let limit = 128

  /// False when there are too many.
  func add(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let added = channels.withLock { channels in
      guard channels.count < limit else { return false }
      channels[id] = channel
      return true
    }
    if added { channel.closeFuture.whenComplete { _ in self.remove(id) } }
    return added
  }

  func closeAll() async {
    for channel in channels.withLock({ Array($0.values) }) { try? await channel.close() }
  }

  private func remove(_ id: ObjectIdentifier) { channels.withLock { $0[id] = nil } }
}
