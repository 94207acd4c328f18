import Operations

extension ReplicationEngine {
  /// The way back is made, from a slot of its own, before the way there is taken down: at no instant is there none.
  ///
  /// Until the old slot is dropped, nothing has been lost: whatever fails before leaves the link as it was. Performed
  /// again, it changes nothing.
  func reverse(
    _ id: LinkID, from source: CloudID, _ progress: @Sendable (String) async -> Void
  ) async throws -> String {
    try await turning(id) { try await turn(id, from: source, progress) }
  }

  private func turn(
    _ id: LinkID, from source: CloudID, _ progress: @Sendable (String) async -> Void
  ) async throws -> String {
    let driver = try driver(of: id)
    guard source == driver.link.source || source == driver.link.target else {
      throw HostError.failed("\(id) joins \(driver.link.source) and \(driver.link.target), and not \(source)")
    }
    let left = memory(of: id)
    let rested = await driver.isPaused
    let link = driver.link.coming(from: source)
    // How far a reversal came that a crash interrupted is not known: whichever way it was, it is gone through again.
    guard link != driver.link || left.isReversing else {
      if rested { await driver.release() }
      return "\(id) comes from \(source) already"
    }
    let port = port(for: link)
    // What is applied after the new slot was made would come back through it.
    try await driver.pause()
    var found: LinkInspection
    do {
      // A session of before may have written since it was looked for.
      if await driver.turnsOnlyDrained, let left = try await driver.port.remains() {
        throw HostError.failed("\(id) is not turned: \(left)")
      }
      await progress("making the slot at \(source)")
      found = try await port.adopt()
      // It goes on once it is turned, however it was left when it went that way before.
      if found.isPaused { try await port.note(isPaused: false) }
      found.isPaused = false
    } catch {
      // One that was paused stays so: after a failover the old direction must not apply again. One that waited for this
      // goes on as the journal has it, or a switchover that is taken back would leave it at rest with nobody told.
      if !rested || (left.isReversing && !left.isPaused) { await driver.resume() }
      throw error
    }
    await progress("taking down the old direction")
    var remains = ""
    do {
      let old = link == driver.link ? self.port(for: link.reversed) : driver.port
      try await old.tearDown()
      // It was looked at while the old slot still stood.
      found.warnings = []
    } catch {
      // The side may be gone for good; that must not keep the other from following.
      remains = "; the old slot may be left at \(link.target), where it would keep log: \(error)"
    }
    await replace(driver, with: link, port, found)
    endReversal(id)
    return "changes of \(source) go to \(link.target) now\(remains)"
  }
}
