import CLibcurl
import Glibc
import Operations

/// libcurl's multi handle driven by epoll. Everything here happens on one thread.
final class TransferEngine: @unchecked Sendable {
  private static let idleHandlesKept = 64

  let multi: UnsafeMutableRawPointer
  private let epoll: Int32
  private let wakeDescriptor: Int32
  private var transfers: [UInt64: Transfer] = [:]
  private var idleHandles: [EasyHandle] = []
  /// When libcurl wants to be called even if no socket is ready.
  private var timerDeadline: ContinuousClock.Instant?
  private var running: Int32 = 0
  private var streamCount = 0
  private let connectionsKept: Int

  init?(wakeDescriptor: Int32, connectionsKept: Int) {
    guard let multi = curl_multi_init() else { return nil }
    let epoll = signalbox_epoll_create()
    guard epoll >= 0, signalbox_epoll_set(epoll, EPOLL_CTL_ADD, wakeDescriptor, EPOLLIN.rawValue) == 0 else {
      curl_multi_cleanup(multi)
      return nil
    }
    self.multi = multi
    self.connectionsKept = connectionsKept
    self.epoll = epoll
    self.wakeDescriptor = wakeDescriptor
  }

  deinit {
    idleHandles.removeAll()
    curl_multi_cleanup(multi)
    close(epoll)
  }

  /// Performs commands and transfers until told to stop.
  func run(taking takeCommands: () -> [TransferLoop.Command]) {
    watchSockets()
    var ready = [signalbox_ready](repeating: signalbox_ready(), count: 64)
    while true {
      let count = signalbox_epoll_wait(epoll, &ready, Int32(ready.count), millisecondsToSleep())
      for event in ready.prefix(max(0, Int(count))) { handle(event) }
      if let timerDeadline, timerDeadline <= .now {
        self.timerDeadline = nil
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
      }
      for command in takeCommands() {
        if case .stop = command { return stop() }
        perform(command)
      }
      collectFinished()
      endSilentStreams()
    }
  }

  private func handle(_ event: signalbox_ready) {
    if event.descriptor == wakeDescriptor {
      var value = eventfd_t()
      eventfd_read(wakeDescriptor, &value)
      return
    }
    var mask: Int32 = 0
    if event.events & EPOLLIN.rawValue != 0 { mask |= CURL_CSELECT_IN }
    if event.events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
    if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_ERR }
    curl_multi_socket_action(multi, event.descriptor, mask, &running)
  }

  private func perform(_ command: TransferLoop.Command) {
    switch command {
    case .start(let id, let request, let kind, let sink, let completion):
      start(Transfer(id: id, request: request, kind: kind, sink: sink, completion: completion))
    case .cancel(let id):
      if let transfer = transfers[id] { end(transfer, .failure(CancellationError())) }
    case .resume(let id):
      guard let transfer = transfers[id], transfer.isPaused, let easy = transfer.easy else { return }
      transfer.isPaused = false
      transfer.idleDeadline = .now + transfer.request.idleTimeout
      curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
    case .stop: break
    }
  }

  private func start(_ transfer: Transfer) {
    guard let easy = idleHandles.popLast() ?? EasyHandle() else {
      return transfer.fail(.outOfMemory(transfer.request))
    }
    guard easy.configure(transfer.request, kind: transfer.kind) else {
      return transfer.fail(.refused(transfer.request))
    }
    transfer.attach(to: easy)
    transfers[transfer.id] = transfer
    if transfer.kind == .stream {
      streamCount += 1
      transfer.idleDeadline = .now + transfer.request.idleTimeout
    }
    guard curl_multi_add_handle(multi, easy.pointer) == CURLM_OK else {
      return end(transfer, .failure(HTTPError.outOfMemory(transfer.request)))
    }
  }

  private func collectFinished() {
    var code = CURLE_OK
    while let easy = signalbox_curl_multi_next_done(multi, &code) {
      guard let transfer = Transfer.of(signalbox_curl_get_private(easy)) else { continue }
      end(transfer, transfer.result(code))
    }
  }

  private func end(_ transfer: Transfer, _ result: Result<HTTPResponse, any Error>) {
    transfers[transfer.id] = nil
    if transfer.kind == .stream { streamCount -= 1 }
    if let easy = transfer.easy {
      curl_multi_remove_handle(multi, easy.pointer)
      if idleHandles.count < Self.idleHandlesKept { idleHandles.append(easy) }
    }
    transfer.complete(result)
  }

  /// Streams have no time limit of their own, only one on silence.
  private func endSilentStreams() {
    guard streamCount > 0 else { return }
    let now = ContinuousClock.now
    for transfer in transfers.values where !transfer.isPaused {
      guard let deadline = transfer.idleDeadline, deadline <= now else { continue }
      end(transfer, .failure(HTTPError.silent(transfer.request)))
    }
  }

  private func stop() {
    for transfer in transfers.values { end(transfer, .failure(CancellationError())) }
  }

  private func millisecondsToSleep() -> Int32 {
    var nearest = timerDeadline
    if streamCount > 0 {
      for transfer in transfers.values where !transfer.isPaused {
        guard let deadline = transfer.idleDeadline else { continue }
        nearest = min(nearest ?? deadline, deadline)
      }
    }
    guard let nearest else { return -1 }
    let left = ContinuousClock.now.duration(to: nearest)
    // Rounded up: waking early would mean waking twice.
    return left <= .zero ? 0 : Int32(clamping: (left.wholeMicroseconds + 999) / 1000)
  }

  /// libcurl tells which sockets it waits for, and when it wants to be called anyway.
  private func watchSockets() {
    let this = Unmanaged.passUnretained(self).toOpaque()
    signalbox_curl_multi_set_socket(
      multi,
      { _, descriptor, what, context, _ in
        TransferEngine.of(context)?.watch(descriptor, what)
        return 0
      }, this)
    signalbox_curl_multi_set_timer(
      multi,
      { _, milliseconds, context in
        TransferEngine.of(context)?.timerDeadline =
          milliseconds < 0 ? nil : ContinuousClock.now + .milliseconds(milliseconds)
        return 0
      }, this)
    signalbox_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connectionsKept)
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> TransferEngine? {
    context.map { Unmanaged<TransferEngine>.fromOpaque($0).takeUnretainedValue() }
  }

  private func watch(_ descriptor: Int32, _ what: Int32) {
    var events: UInt32 = 0
    if what == CURL_POLL_IN || what == CURL_POLL_INOUT { events |= EPOLLIN.rawValue }
    if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { events |= EPOLLOUT.rawValue }
    if what == CURL_POLL_REMOVE {
      _ = signalbox_epoll_set(epoll, EPOLL_CTL_DEL, descriptor, 0)
    } else if signalbox_epoll_set(epoll, EPOLL_CTL_MOD, descriptor, events) != 0 {
      _ = signalbox_epoll_set(epoll, EPOLL_CTL_ADD, descriptor, events)
    }
  }
}
