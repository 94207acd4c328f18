import CLibcurl
import Glibc
import Synchronization

/// The thread that performs all transfers of a client, and the way to it.
///
/// It sleeps in `epoll_wait` until a socket, libcurl's nearest timeout or a command wakes it: nothing ticks while
/// nothing happens, and a thousand open transfers cost nothing but themselves.
final class TransferLoop: Sendable {
  enum Command: Sendable {
    case start(id: UInt64, HTTPRequest, Transfer.Kind, StreamBuffer?, Transfer.Completion)
    case cancel(UInt64)
    case resume(UInt64)
    case stop
  }

  private struct Mailbox {
    var commands: [Command] = []
    var nextID: UInt64 = 0
    var isClosed = false
  }

  private let mailbox = Mutex(Mailbox())
  private let wakeDescriptor: Int32

  /// - Throws: ``HTTPError`` when the machine has no descriptors or threads left.
  init(connectionsKept: Int) throws(HTTPError) {
    _ = Self.libraryIsReady
    wakeDescriptor = signalbox_wake_create()
    guard wakeDescriptor >= 0 else { throw Self.noResources("no descriptor for the transfer thread") }
    guard let engine = TransferEngine(wakeDescriptor: wakeDescriptor, connectionsKept: connectionsKept) else {
      close(wakeDescriptor)
      throw Self.noResources("libcurl could not be started")
    }
    let started = startThread(named: "http") { [self] in engine.run(taking: takeCommands) }
    guard started else { throw Self.noResources("no thread for transfers") }
  }

  deinit { close(wakeDescriptor) }

  func makeID() -> UInt64 {
    mailbox.withLock { mailbox in
      mailbox.nextID += 1
      return mailbox.nextID
    }
  }

  func send(_ command: Command) {
    let (wakes, isClosed) = mailbox.withLock { mailbox in
      if mailbox.isClosed { return (false, true) }
      mailbox.commands.append(command)
      if case .stop = command { mailbox.isClosed = true }
      return (mailbox.commands.count == 1, false)
    }
    if wakes { eventfd_write(wakeDescriptor, 1) }
    if isClosed, case .start(_, _, _, let sink, let completion) = command {
      sink?.finish(.failure(CancellationError()))
      completion(.failure(CancellationError()))
    }
  }

  private func takeCommands() -> [Command] {
    mailbox.withLock { mailbox in
      let commands = mailbox.commands
      mailbox.commands = []
      return commands
    }
  }

  /// libcurl asks for it once in a process, before anything else.
  private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

  private static func noResources(_ reason: String) -> HTTPError {
    HTTPError(
      url: "HTTP client", phase: .request, blame: .local, isTimeout: false,
      reason: "\(reason): \(String(cString: strerror(errno)))", remedy: "raise the limit of open files (ulimit -n)")
  }
}
