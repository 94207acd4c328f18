import HTTPAdapter

/// One visitor: asks for the name's address, sends a request, reads, thinks, and so on.
struct VirtualUser: Sendable {
  let settings: TrafficSettings
  let target: TrafficTarget
  let client: HTTPClient
  let recorder: TrafficRecorder
  let accounts: TrafficAccounts
  let number: Int

  func run() async {
    var resolution = Resolution(target: target)
    // Users do not all arrive at once.
    var pause = settings.thinkTime * Double.random(in: 0...1)
    while !Task.isCancelled {
      try? await Task.sleep(for: pause)
      if Task.isCancelled { return }
      await visit(&resolution)
      pause = settings.thinkTime * Double.random(in: 0.5...1.5)
    }
  }

  private func visit(_ resolution: inout Resolution) async {
    let address: String
    do { address = try await resolution.current() } catch {
      if !Task.isCancelled { recorder.unresolved("name not resolved") }
      return
    }
    let cloud = target.cloudByAddress[address] ?? "elsewhere"
    let isWrite = Double.random(in: 0..<1) < settings.writeShare
    let visit = Visit(target: target, client: client, timeout: settings.timeout, address: address)
    do {
      let request = try await accounts.request(user: number, isWrite: isWrite, visit: visit)
      let sent = ContinuousClock.now
      let response = try await client.send(request)
      let took = ContinuousClock.now - sent
      if response.status >= 400 || isWrite { await accounts.learn(from: response, user: number) }
      let failure = response.status >= 400 ? "status \(response.status)" : nil
      recorder.request(cloud: cloud, isWrite: isWrite, took: took, failure: failure)
    } catch {
      if Task.isCancelled { return }
      recorder.request(cloud: cloud, isWrite: isWrite, took: nil, failure: Self.reason(error))
    }
  }

  /// Without what differs from one request to the next, so that failures can be counted.
  private static func reason(_ error: any Error) -> String {
    if let error = error as? HTTPError {
      return "\(error.phase.rawValue): \(error.isTimeout ? "timed out" : error.reason)"
    }
    if let error = error as? TrafficAccounts.LoginFailure { return error.reason }
    return "\(type(of: error))"
  }
}
