import Operations

/// Steps that change nothing and wait for what must be so.
extension RolePerformer {
  /// Until the old primary's right to write has ended by its own clock, whatever that clock says within the margin.
  func awaitLeaseEnd(_ cloud: CloudID, _ progress: Progress) async throws -> String {
    guard var end = await sight.leaseEnd(cloud) else {
      throw StepRefused("no lease was armed at \(cloud), so its right to write does not end by itself")
    }
    var rest = end + times.leaseMargin - wallClock.now()
    for _ in 0..<Self.leaseEnds {
      try await waitOut(rest, of: cloud, progress)
      guard let newer = await sight.leaseEnd(cloud) else {
        throw HostError.failed(
          "\(cloud)'s right to write does not end by itself any more, so it can be reached; ask for a new plan")
      }
      guard newer > end else {
        return "\(cloud)'s lease ended at \(end), \(Int(times.leaseMargin.inMilliseconds)) ms of margin have passed"
      }
      // A database that is still looked at is believed the latest end that it told of: an answer that took its time
      // puts the same end later.
      rest = newer - end
      end = newer
    }
    throw HostError.failed("\(cloud)'s lease was renewed again and again, so it can be reached; ask for a new plan")
  }

  /// So many ends of one lease are waited for, each later than the one before.
  private static let leaseEnds = 3

  private func waitOut(_ rest: Duration, of cloud: CloudID, _ progress: Progress) async throws {
    var waited = Duration.zero
    // Counted by a clock that nobody sets.
    while waited < rest {
      await progress("\(cloud)'s lease ends in \(Int((rest - waited).inSeconds.rounded(.up))) s")
      let slice = min(times.poll, rest - waited)
      try await clock.sleep(for: slice)
      waited += slice
    }
  }

  func measureLoss(_ from: CloudID, _ to: CloudID) async -> String {
    guard let loss = await sight.loss(from, to) else { return "how much \(to) lacks of \(from) is not known" }
    let rows = loss.value.rows.map { ", about \($0) \($0 == 1 ? "row" : "rows")" } ?? ""
    let tenths = Int((loss.value.seconds * 10).rounded(.up))
    let age = loss.age(at: wallClock.now())
    return "\(to) lacks at most \(tenths / 10).\(tenths % 10) s of writes, \(loss.value.bytes) bytes of log\(rows), "
      + "measured \(age.components.seconds) s ago" + (loss.isStale(at: wallClock.now()) ? ", which is too long" : "")
  }

  /// Both are needed: the time that answers may be kept has passed, and hardly anybody comes any more. A change of the
  /// weights meanwhile, by another host for instance, begins that time anew: it may have sent clients there again.
  func drain(_ cloud: CloudID, _ residual: Double, _ progress: Progress) async throws -> String {
    var standing = try? await sight.recordSet?()
    var (waited, asked, hasBegunAnew) = (Duration.zero, Duration.zero, false)
    var detail = "the traffic of \(cloud) is not measured"
    while asked < times.ttl + times.drainPatience {
      try await clock.sleep(for: times.poll)
      waited += times.poll
      asked += times.poll
      if standing == nil { standing = try? await sight.recordSet?() }
      if let share = await sight.shares()?.first(where: { $0.cloud == cloud })?.share {
        detail = "\(Percent.text(share)) of the requests come to \(cloud)"
        if waited >= times.ttl, share < residual {
          guard let reason = await stirred(cloud, since: &standing) else {
            return "\(detail), \(waited.components.seconds) s after the change"
          }
          detail = reason
          waited = .zero
          // The time that answers may be kept may be longer than all the patience; once it is granted again.
          if !hasBegunAnew { asked = .zero }
          hasBegunAnew = true
        }
      } else {
        detail = "the traffic of \(cloud) is not measured"
      }
      await progress(detail)
    }
    throw HostError.failed("\(cloud) is not drained: \(detail), \(waited.components.seconds) s after the change")
  }

  /// Why the weights may have sent clients to a cloud since they were looked at; nil where they have not.
  private func stirred(_ cloud: CloudID, since standing: inout RecordSetState?) async -> String? {
    guard let read = sight.recordSet else { return nil }
    let before = standing
    guard let found = try? await read() else { return "the weights cannot be read" }
    standing = found
    if let weight = found.weights[cloud], weight > 0 { return "the weight of \(cloud) is \(weight) again" }
    return found == before ? nil : "the weights have changed meanwhile"
  }

  /// A cloud that was merely degraded when the gate began may stay so; nothing may get worse.
  func gate(_ clouds: [CloudID], _ time: Duration, _ progress: Progress) async throws -> String {
    let names = clouds.map(\.rawValue).joined(separator: ", ")
    var allowed: [CloudID: Set<Health>] = [:]
    for cloud in clouds {
      allowed[cloud] = await health(of: cloud) == .degraded ? [.healthy, .degraded] : [.healthy]
    }
    var waited = Duration.zero
    while true {
      for cloud in clouds {
        let health = await health(of: cloud)
        guard allowed[cloud]?.contains(health) == true else {
          throw HostError.failed("\(cloud) is \(health.rawValue), \(waited.components.seconds) s after the change")
        }
      }
      guard waited < time else { return "\(names) stayed well for \(waited.components.seconds) s" }
      await progress("\(names) well for \(waited.components.seconds) s")
      let slice = min(times.poll, time - waited)
      try await clock.sleep(for: slice)
      waited += slice
    }
  }

  /// What is stale is not known.
  private func health(of cloud: CloudID) async -> Health {
    await sight.health(cloud)?.fresh(at: wallClock.now())?.health ?? .unknown
  }
}
