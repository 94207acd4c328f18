public import Operations

/// Keeps the links going, shows them, and performs the steps of replication plans.
public actor ReplicationEngine: ReplicationLinks {
  public typealias PortMaker = @Sendable (ReplicatedLink, Generation) -> any ReplicationLinkPort

  let links: [ReplicatedLink]
  let clock: any Clock<Duration>
  let wallClock: any WallClock
  let times: ReplicationTimes
  private let journal: any JournalPort
  private let makePort: PortMaker
  private var drivers: [LinkID: LinkDriver] = [:]
  private var tasks: [LinkID: Task<Void, Never>] = [:]
  /// What the journal told; nil until it was asked since links were last run.
  private var memory: [LinkID: LinkMemory]?
  /// Grows with every life of the links, whichever host and journal it has; the targets refuse a lower one.
  private var generation = Generation(0)
  private var journalFault: String?
  /// What the links are about; nil while nobody asks for either.
  private var duty: Duty?
  /// Links that are being turned round here.
  private var reversing: Set<LinkID> = []

  private enum Duty { case running, looking }

  /// - Parameter makePort: opens the way between the two sides of a link, in the direction that it is given.
  public init(
    links: [ReplicatedLink], journal: any JournalPort, clock: any Clock<Duration>, wallClock: any WallClock,
    times: ReplicationTimes = ReplicationTimes(), makePort: @escaping PortMaker
  ) {
    self.links = links
    self.journal = journal
    self.clock = clock
    self.wallClock = wallClock
    self.times = times
    self.makePort = makePort
    for link in links {
      drivers[link.id] = LinkDriver(
        link: link, port: makePort(link, Generation(0)), clock: clock, wallClock: wallClock, times: times,
        isPaused: false
      ) { _ in }
    }
  }

  public func run() async {
    while !Task.isCancelled {
      do {
        try await recall()
        break
      } catch {
        // Without the journal it is not known which way the links go: none is run.
        journalFault = "the journal cannot be read, so it is not known how the links were left: \(error)"
        try? await clock.sleep(for: .seconds(1))
      }
    }
    guard !Task.isCancelled else { return }
    await go(.running)
  }

  public func look() async {
    try? await recall()
    await go(.looking)
  }

  /// Until cancelled.
  private func go(_ duty: Duty) async {
    self.duty = duty
    for driver in drivers.values { start(driver) }
    await Self.cancellation()
    self.duty = nil
    let ending = tasks
    tasks = [:]
    for task in ending.values { task.cancel() }
    for task in ending.values { await task.value }
    memory = nil
  }

  public func view(at now: Timestamp) async -> [ReplicationLinkSnapshot] {
    var snapshots: [ReplicationLinkSnapshot] = []
    for link in links {
      guard var snapshot = await drivers[link.id]?.snapshot(at: now) else { continue }
      if let journalFault { snapshot.reasons.append(journalFault) }
      snapshots.append(snapshot)
    }
    return snapshots
  }

  public func conflicts(of link: LinkID, newest limit: Int) async throws -> [ReplicationConflict] {
    try await driver(of: link).port.conflicts(newest: limit)
  }

  public func differences(of link: LinkID, limit: Int) async throws -> [TableDifference] {
    // What one table has too many of must not hide another's.
    let found = try await driver(of: link).differences.sorted { $0.value.count < $1.value.count }
    var rest = limit
    var taken: [(table: String, rows: ArraySlice<TableDifference>)] = []
    for (index, table) in found.enumerated() {
      let rows = table.value.prefix(rest / (found.count - index))
      rest -= rows.count
      taken.append((table.key, rows))
    }
    return taken.sorted { $0.table < $1.table }.flatMap(\.rows)
  }

  func driver(of link: LinkID) throws -> LinkDriver {
    guard let driver = drivers[link] else {
      throw HostError.invalidRequest(
        "there is no link \(link); there are: \(links.map(\.id.rawValue).joined(separator: ", "))")
    }
    return driver
  }

  /// Puts a link that goes the other way in the place of the one that did not.
  ///
  /// - Parameter found: how it was seen to be ready; nil where it was not looked at yet.
  func replace(
    _ driver: LinkDriver, with link: ReplicatedLink, _ port: any ReplicationLinkPort, _ found: LinkInspection?
  ) async {
    // Where the lease went and came back meanwhile, the links have begun another life, with drivers of its own.
    let current = drivers[link.id] ?? driver
    let isOther = current !== driver
    tasks.removeValue(forKey: link.id)?.cancel()
    await driver.retire()
    if isOther { await current.retire() }
    // Somebody else has replaced it meanwhile.
    guard drivers[link.id] === current else { return }
    let successor = makeDriver(link, isOther ? self.port(for: link) : port, isPaused: false, isOther ? nil : found)
    drivers[link.id] = successor
    start(successor)
  }

  /// Another host has turned the link, and told its own journal alone. What the databases have counts.
  private func follow(turned driver: LinkDriver) async {
    guard drivers[driver.link.id] === driver, duty != nil, !reversing.contains(driver.link.id),
      memory?[driver.link.id]?.isReversing != true
    else { return }
    let link = driver.link.reversed
    await replace(driver, with: link, port(for: link), nil)
  }

  /// How the link was left.
  func memory(of link: LinkID) -> LinkMemory { memory?[link] ?? LinkMemory() }

  /// Which way the link goes is known again.
  func endReversal(_ link: LinkID) { memory?[link]?.isReversing = false }

  /// While it is turned round here, what the databases show of that is nobody else's doing.
  func turning<Value: Sendable>(_ link: LinkID, _ body: () async throws -> Value) async rethrows -> Value {
    reversing.insert(link)
    defer { reversing.remove(link) }
    return try await body()
  }

  func port(for link: ReplicatedLink) -> any ReplicationLinkPort { makePort(link, generation) }

  /// Asks the journal, once for each life of the links, how they were left.
  func recall() async throws {
    guard memory == nil else { return }
    var reader = LinkMemory.Reader()
    var last: Int64 = 0
    while true {
      let entries = try await journal.entries(after: last, limit: 500)
      for entry in entries { reader.read(entry) }
      guard let newest = entries.last else { break }
      last = newest.sequence
    }
    journalFault = nil
    guard memory == nil else { return }
    memory = reader.links
    generation = Generation(UInt64(max(0, wallClock.now().secondsSinceEpoch)))
    for link in links { settle(link, reader.links[link.id] ?? LinkMemory()) }
  }

  private func settle(_ configured: ReplicatedLink, _ memory: LinkMemory) {
    let link = memory.source.map { configured.coming(from: $0) } ?? configured
    drivers[link.id] = makeDriver(link, port(for: link), isPaused: memory.rests)
  }

  private func makeDriver(
    _ link: ReplicatedLink, _ port: any ReplicationLinkPort, isPaused: Bool, _ adopted: LinkInspection? = nil
  ) -> LinkDriver {
    LinkDriver(
      link: link, port: port, clock: clock, wallClock: wallClock, times: times, isPaused: isPaused, adopted: adopted
    ) { [weak self] in await self?.follow(turned: $0) }
  }

  private func start(_ driver: LinkDriver) {
    guard let duty else { return }
    tasks[driver.link.id] = Task {
      switch duty {
      case .running: await driver.run()
      case .looking: await driver.look()
      }
    }
  }

  /// Returns when the task that waits is cancelled.
  private static func cancellation() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
    continuation.finish()
  }
}
