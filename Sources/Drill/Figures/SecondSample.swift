import Lab

/// One second of a run, for charts.
public struct SecondSample: Sendable, Equatable, Codable {
  public struct Cloud: Sendable, Equatable, Codable {
    public var id: String
    public var requests: Int
    public var failed: Int
  }

  /// Its beginning; the fault is at 0.
  public var atSeconds: Double
  public var clouds: [Cloud]
  /// Of failures that have no cloud: the name was not resolved.
  public var unresolved: Int
  /// Of requests that were answered in it; nil where none was.
  public var p50Milliseconds: Double?
  public var p99Milliseconds: Double?
  /// The fewest users that were served at once in it, of all, 0 to 1.
  public var servedShare: Double

  public var requests: Int { clouds.reduce(unresolved) { $0 + $1.requests } }
  public var failed: Int { clouds.reduce(unresolved) { $0 + $1.failed } }

  public func share(of cloud: String) -> Double? {
    let total = clouds.reduce(0) { $0 + $1.requests }
    return total == 0 ? nil : Double(clouds.first { $0.id == cloud }?.requests ?? 0) / Double(total)
  }
}

extension RunFigures {
  /// The run by seconds, as many as there were users for.
  ///
  /// - Parameter clouds: in the order in which a report names them.
  public func seconds(clouds: [String]) -> [SecondSample] {
    guard !recording.visits.isEmpty else { return [] }
    let count = max(0, Int(recording.visitsEnd.rounded(.up)))
    var bins = [[VisitRecord]](repeating: [], count: count)
    for visit in recording.visits {
      let second = Int(visit.endedSeconds)
      if bins.indices.contains(second) { bins[second].append(visit) }
    }
    let unserved = service.worstPerSecond()
    let users = max(1, recording.plan.settings.users)
    return bins.enumerated().map { second, visits in
      let took = visits.filter { $0.failure == nil }.map { $0.tookSeconds * 1000 }.sorted()
      return SecondSample(
        atSeconds: Double(second) - (recording.zeroSeconds ?? 0),
        clouds: clouds.map { cloud in
          let own = visits.filter { $0.cloud == cloud }
          return SecondSample.Cloud(id: cloud, requests: own.count, failed: own.count { $0.failure != nil })
        },
        unresolved: visits.count { $0.cloud == nil }, p50Milliseconds: took.percentile(0.5),
        p99Milliseconds: took.percentile(0.99),
        servedShare: 1 - Double(second < unserved.count ? unserved[second] : 0) / Double(users))
    }
  }

  /// How often each reason for a failure came, from the fault on.
  public var failuresByReason: [String: Int] {
    guard let zero = recording.zeroSeconds else { return [:] }
    return recording.visits.reduce(into: [:]) { counts, visit in
      if let failure = visit.failure, visit.endedSeconds >= zero { counts[failure, default: 0] += 1 }
    }
  }
}

extension [Double] {
  /// The value of a sorted array that a share of all are not above; nil when it is empty.
  fileprivate func percentile(_ share: Double) -> Double? {
    guard !isEmpty else { return nil }
    return self[Swift.min(count, Swift.max(1, Int((share * Double(count)).rounded(.up)))) - 1]
  }
}
