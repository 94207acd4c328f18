internal import CLibpq
internal import Glibc

/// Opens one session, on a thread that may block.
///
/// libpq walks the list of hosts by itself, but its `connect_timeout` does not apply to the non-blocking calls
/// (PostgreSQL 15 documentation, 34.1 "PQconnectStartParams"), and one frozen host would use up all the time. So each
/// host gets its share of what is left, and a host that does not use it is struck off the list.
struct Handshake {
  let settings: PostgresSettings
  let deadline: ContinuousClock.Instant

  func run() -> Result<ConnectionHandle, PostgresError> {
    var hosts = settings.hosts
    var silent: [String] = []
    while !hosts.isEmpty {
      let share = ContinuousClock.now.duration(to: deadline) / hosts.count
      switch attempt(hosts, share: share) {
      case .connected(let handle):
        return .success(handle)
      case .failed(let message):
        var error = PostgresError(.connect, (silent + [message.text]).joined(separator: "; "), host: settings.place)
        // Where there are several, another attempt may find one that lets us in.
        if settings.hosts.count == 1, Set(message.states).count == 1 { error.sessionRefusal = message.states.first }
        return .failure(error)
      case .silent(let host):
        silent.append("no answer from \(host.description)")
        let rest = hosts.firstIndex(of: host).map { $0 + 1 } ?? hosts.count
        hosts.removeFirst(min(rest, hosts.count))
      }
      if deadline <= .now { break }
    }
    return .failure(PostgresError(.timedOut, silent.joined(separator: "; "), host: settings.place))
  }

  private enum Outcome {
    case connected(ConnectionHandle)
    case failed(ConnectMessage)
    case silent(PostgresSettings.Host)
  }

  private func attempt(_ hosts: [PostgresSettings.Host], share: Duration) -> Outcome {
    var settings = settings
    settings.hosts = hosts
    guard let handle = begin(settings.parameters) else {
      return .failed(ConnectMessage("libpq has no memory for a connection"))
    }
    guard let pointer = handle.pointer, PQstatus(pointer) != CONNECTION_BAD else {
      return .failed(ConnectMessage(handle.rawMessage))
    }
    // There is no result to ask for the SQLSTATE of a refused session: it is in the text then.
    PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
    var host = handle.host ?? hosts[0]
    var until = min(deadline, .now + share)
    var awaited = PGRES_POLLING_WRITING
    while true {
      guard wait(for: awaited, on: PQsocket(pointer), until: until) else { return .silent(host) }
      awaited = PQconnectPoll(pointer)
      switch awaited {
      case PGRES_POLLING_OK:
        PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
        PQsetnonblocking(pointer, 1)
        return .connected(handle)
      case PGRES_POLLING_FAILED:
        return .failed(ConnectMessage(handle.rawMessage))
      default:
        guard let current = handle.host, current != host else { continue }
        host = current
        until = min(deadline, .now + share)
      }
    }
  }

  private func begin(_ parameters: [(keyword: String, value: String)]) -> ConnectionHandle? {
    let keywords = parameters.map { strdup($0.keyword) }
    let values = parameters.map { strdup($0.value) }
    defer { (keywords + values).forEach { free($0) } }
    let nullTerminated = { (strings: [UnsafeMutablePointer<CChar>?]) in strings.map { UnsafePointer($0) } + [nil] }
    return PQconnectStartParams(nullTerminated(keywords), nullTerminated(values), 0).map(ConnectionHandle.init)
  }

  /// Blocks; false when the time is over.
  private func wait(
    for direction: PostgresPollingStatusType, on descriptor: Int32, until: ContinuousClock.Instant
  ) -> Bool {
    var request = pollfd(
      fd: descriptor, events: Int16(direction == PGRES_POLLING_READING ? POLLIN : POLLOUT), revents: 0)
    while true {
      let rest = ContinuousClock.now.duration(to: until) / .milliseconds(1)
      guard rest > 0 else { return false }
      let count = poll(&request, 1, Int32(min(rest.rounded(.up), 3_600_000)))
      if count > 0 { return true }
      if count < 0, errno != EINTR { return true }
    }
  }
}
