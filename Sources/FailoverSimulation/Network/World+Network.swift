import Operations

extension World {
  /// Carries a message.
  ///
  /// - Parameter isRequest: requests may come twice, and wait at a server that is frozen.
  func send(from: Place, to place: Place, isRequest: Bool, _ arrive: @escaping (Arrival) -> Void) {
    guard network.isOpen(from, place), !chance.network.hits(network.loss) else {
      // What was on its way when a line broke may still come, long after anybody waits for it.
      if isRequest, chance.network.hits(0.1) {
        after(chance.network.between(.seconds(3), .seconds(25)), .request) { [self] in
          land(from, place, isRequest, arrive)
        }
      }
      return
    }
    after(travel(), .request) { [self] in land(from, place, isRequest, arrive) }
    // A database's session brings each request once; what goes by HTTP may be sent again on the way.
    if isRequest, place == .dns || place == .leaseSite, chance.network.hits(network.duplicates) {
      after(travel() + chance.network.between(.zero, .seconds(8)), .request) { [self] in
        land(from, place, isRequest, arrive)
      }
    }
  }

  private func land(_ from: Place, _ place: Place, _ isRequest: Bool, _ arrive: @escaping (Arrival) -> Void) {
    guard network.isOpen(from, place) else { return }
    guard network.isUp(place) else { return arrive(.refused) }
    guard !network.isFrozen(place) else {
      if isRequest { network.inbox[place.index].append { arrive(.served) } }
      return
    }
    arrive(.served)
  }

  /// Brings an answer to whoever asked, if it gets through.
  func answer(from place: Place, to process: Process, _ deliver: @escaping () -> Void) {
    guard network.isOpen(place, process.place), !chance.network.hits(network.loss) else { return }
    after(travel(), .answer) { process.deliver(deliver) }
  }

  private func travel() -> Duration {
    let base = chance.network.between(.milliseconds(1), .milliseconds(20))
    guard chance.network.hits(network.slow) else { return base }
    return base + chance.network.between(.zero, network.slowness)
  }

  /// Who was frozen goes on, with what has come meanwhile.
  func thaw(_ place: Place) {
    network.freeze(place, by: -1)
    guard !network.isFrozen(place) else { return }
    let found = network.inbox[place.index]
    network.inbox[place.index] = []
    guard network.isUp(place) else { return }
    for serve in found where chance.network.hits(0.5) { serve() }
  }
}
