import Glibc

/// Serves the supervisor's control socket.
final class ControlServer: Sendable {
  private let descriptor: Int32
  private let path: String

  init(supervisor: Supervisor, directory: LabDirectory, ends: EndRequests) throws {
    path = directory.control
    descriptor = try UnixSocket.listen(path)
    let descriptor = descriptor
    startThread {
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 {
          if errno == EINTR || errno == ECONNABORTED { continue }
          return
        }
        Descriptors.closeOnExec(connection)
        UnixSocket.setReceiveTimeout(connection, seconds: 5)
        let channel = LineChannel(descriptor: connection)
        startThread {
          guard let request = channel.receive(ControlRequest.self) else {
            channel.send(ControlReply.failed(LabError("supervisor", "the request was not understood")))
            return
          }
          Task { await Self.answer(request, on: channel, supervisor: supervisor, directory: directory, ends: ends) }
        }
      }
    }
  }

  /// Takes the socket's name away; connections that stand are served.
  func stopListening() { unlink(path) }

  private static func answer(
    _ request: ControlRequest, on channel: LineChannel, supervisor: Supervisor, directory: LabDirectory,
    ends: EndRequests
  ) async {
    do {
      switch request {
      case .status: break
      case .fault(let fault): try await supervisor.inTurn { try await supervisor.inject(fault) }
      case .heal(let fault): try await supervisor.inTurn { try await supervisor.heal(fault) }
      case .down:
        ends.request { status, _ in channel.send(ControlReply.done(status)) }
        return
      }
      let status = await supervisor.status()
      try directory.writeState(status)
      channel.send(ControlReply.done(status))
    } catch {
      channel.send(ControlReply.failed(SupervisorProcess.labError(error)))
    }
  }
}
