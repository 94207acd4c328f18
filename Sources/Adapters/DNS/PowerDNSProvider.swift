public import HTTPAdapter
public import Operations

/// A weighted record set in PowerDNS: a LUA record that answers by weight, and beside it a TXT record,
/// `_signalbox.<name>`, that fences off stale writers with its generation.
///
/// PowerDNS has no compare-and-set. A change is read, compared, written with its fence in one transaction, and read
/// back: a rival in the gap between is noticed, though not prevented. One host moves levers, by its lease.
public struct PowerDNSProvider: RecordSetProvider {
  private let settings: PowerDNSSettings
  private let api: PowerDNSAPI

  public init(settings: PowerDNSSettings, client: HTTPClient) {
    self.settings = settings
    api = PowerDNSAPI(client: client, settings: settings)
  }

  public var name: String { "PowerDNS" }

  public func read() async throws -> RecordSetState { try await standing().state }

  public func replace(_ expected: Weights, with weights: Weights, generation: Generation) async throws {
    try check(weights)
    let (state, _) = try await standing()
    guard state.weights.equals(expected), state.generation < generation else {
      throw RecordSetError.conflict(standing: state)
    }
    try await write(weights, generation)
  }

  /// Makes the record set where there is none yet.
  ///
  /// - Throws: ``RecordSetError/conflict(standing:)`` when there is one.
  public func create(_ weights: Weights) async throws {
    try check(weights)
    let zone = try await api.zone()
    if zone.set(named: settings.name, "LUA") != nil {
      throw RecordSetError.conflict(standing: try state(in: zone).state)
    }
    try await write(weights, Generation(1))
  }

  private func write(_ weights: Weights, _ generation: Generation) async throws {
    let entries = settings.addresses.map {
      WeightedLUA.Entry(weight: weights[$0.cloud] ?? 0, address: $0.address)
    }
    let writer = String(UInt64.random(in: .min ... .max), radix: 16)
    let ordered = Weights(settings.addresses.map { ($0.cloud, weights[$0.cloud] ?? 0) })
    let fence = RecordFence(generation: generation, weights: ordered, writer: writer)
    let ttl = Int(settings.timeToLive.components.seconds)
    try await api.replace([
      set(named: settings.name, "LUA", ttl, WeightedLUA(entries).text),
      set(named: fenceName, "TXT", ttl, fence.text),
    ])
    let (state, standingFence) = try await standing()
    guard standingFence == fence, state.weights.equals(weights) else {
      throw RecordSetError.conflict(standing: state)
    }
  }

  private func standing() async throws(RecordSetError) -> (state: RecordSetState, fence: RecordFence?) {
    try state(in: try await api.zone())
  }

  private func state(
    in zone: PowerDNSAPI.Zone
  ) throws(RecordSetError) -> (state: RecordSetState, fence: RecordFence?) {
    guard let set = zone.set(named: settings.name, "LUA") else {
      let other = zone.rrsets.first { DNSName.canonical($0.name) == DNSName.canonical(settings.name) }
      throw api.failure(
        other.map { "\(settings.name) has \($0.type) records instead of a weighted LUA record; remove them" }
          ?? "\(settings.name) does not exist in the zone \(settings.zone); create it as LUA \(example)")
    }
    let records = set.records.filter { !$0.disabled }
    guard records.count == 1, let content = records.first?.content, let lua = WeightedLUA(content) else {
      let found = PowerDNSAPI.bounded(records.map(\.content).joined(separator: " | "))
      throw api.failure(
        "the LUA record of \(settings.name) is not a weighted one: \(found); correct it by hand to \(example)")
    }
    let fence = try fence(in: zone)
    return (
      RecordSetState(
        weights: try weights(of: lua), ttl: .seconds(set.ttl), generation: fence?.generation ?? Generation(0)), fence
    )
  }

  private func fence(in zone: PowerDNSAPI.Zone) throws(RecordSetError) -> RecordFence? {
    guard let content = zone.set(named: fenceName, "TXT")?.records.first?.content else { return nil }
    guard let fence = RecordFence(content) else {
      throw api.failure(
        "the TXT record \(fenceName) is not one of ours: \(PowerDNSAPI.bounded(content)); delete it by hand")
    }
    return fence
  }

  private func weights(of lua: WeightedLUA) throws(RecordSetError) -> Weights {
    var weights = Weights(settings.addresses.map { ($0.cloud, 0) })
    var seen: Set<String> = []
    for entry in lua.entries {
      guard let cloud = settings.addresses.first(where: { $0.address == entry.address })?.cloud else {
        throw api.failure(
          "\(settings.name) answers \(PowerDNSAPI.bounded(entry.address)), which is no cloud's address; correct the "
            + "record or the configuration")
      }
      guard seen.insert(entry.address).inserted else {
        throw api.failure("\(settings.name) names \(entry.address) twice; correct it by hand to \(example)")
      }
      weights[cloud] = entry.weight
    }
    return weights
  }

  private func check(_ weights: Weights) throws(RecordSetError) {
    for entry in weights.entries {
      guard settings.addresses.contains(where: { $0.cloud == entry.cloud }) else {
        throw api.failure("\(entry.cloud) has no address in the record set")
      }
      guard (0...255).contains(entry.weight) else {
        throw api.failure("the weight of \(entry.cloud) is \(entry.weight); it must be 0 to 255")
      }
    }
    guard weights.sum > 0 else { throw api.failure("the sum of the weights must not be 0") }
  }

  private var fenceName: String { "_signalbox.\(settings.name)" }

  private var example: String {
    WeightedLUA(settings.addresses.map { WeightedLUA.Entry(weight: 50, address: $0.address) }).text
  }

  private func set(named name: String, _ type: String, _ ttl: Int, _ content: String) -> PowerDNSAPI.RecordSet {
    PowerDNSAPI.RecordSet(
      name: DNSName.canonical(name) + ".", type: type, ttl: ttl, records: [.init(content: content)])
  }
}

extension PowerDNSAPI.Zone {
  fileprivate func set(named name: String, _ type: String) -> PowerDNSAPI.RecordSet? {
    rrsets.first {
      $0.type == type && DNSName.canonical($0.name) == DNSName.canonical(name) && !$0.records.isEmpty
    }
  }
}

extension Weights {
  /// Whether every cloud has the same weight in both; a cloud that is not named has none.
  fileprivate func equals(_ other: Weights) -> Bool {
    Set(clouds).union(other.clouds).allSatisfy { (self[$0] ?? 0) == (other[$0] ?? 0) }
  }
}
