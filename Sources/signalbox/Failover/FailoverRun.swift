import ArgumentParser
import Operations

/// What every command of failover takes.
struct FailoverArguments: ParsableArguments {
  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var lever: LeverOptions

  /// Asks for the plan, shows it and what holds it, and executes it once confirmed.
  ///
  /// - Parameter word: what a person types to go on: the cloud that it is about.
  func pull(_ request: FailoverRequest, confirmedBy word: String) async throws {
    let access = try await HostAccess.open(try options.load())
    do {
      let snapshot = try await access.snapshot(within: .seconds(access.own == nil ? 2 : 8)) { $0.knowsRoles }
      try Self.check(request, snapshot)
      let run = LeverRun(options: lever, access: access) { _ in word }
      if let ended = try await run.pull(.failover(request)) {
        if lever.format == .json { try Output.json(ended) }
        guard ended.state == .done || ended.state == .superseded else {
          throw HostError.failed(ended.failure ?? "the operation was \(ended.state.rawValue)")
        }
      }
      await access.close()
    } catch {
      await access.close()
      throw error
    }
  }

  private static func check(_ request: FailoverRequest, _ snapshot: Snapshot) throws {
    guard let cloud = request.cloud, snapshot.cloud(cloud) == nil else { return }
    let names = snapshot.clouds.map(\.id.rawValue)
    let hint = NearestMatch.of(cloud.rawValue, among: names).map { "did you mean \($0)?" }
    throw HostError.invalidRequest(
      "there is no cloud \(cloud); \(hint ?? "there are: \(names.joined(separator: ", "))")")
  }
}

extension FailoverRequest {
  fileprivate var cloud: CloudID? {
    switch self {
    case .shift: nil
    case .evacuate(let cloud), .rejoin(let cloud, _): cloud
    case .switchover(let cloud), .failover(let cloud), .failback(let cloud): cloud
    }
  }
}

extension Snapshot {
  /// Whether a host that was just started has asked the databases for their roles.
  var knowsRoles: Bool {
    guard isSettled, let failover else { return isSettled }
    return clouds.allSatisfy { failover.role(of: $0.id) != nil || $0.verdict.value.health == .down }
  }

  /// The other cloud than the primary, where there are two.
  func onlyOther() throws -> CloudID {
    guard let primary else {
      throw HostError.invalidRequest("it is not known which cloud is primary; name the cloud")
    }
    let others = clouds.map(\.id).filter { $0 != primary }
    guard let only = others.first, others.count == 1 else {
      throw HostError.invalidRequest("there are several other clouds; name one")
    }
    return only
  }
}
