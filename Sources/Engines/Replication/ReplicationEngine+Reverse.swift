import Operations

extension ReplicationEngine {
  /// The way back is made, from a slot of its own, before the way there is taken down: at no instant is there none.
  ///
  /// Until the old slot is dropped, nothing has been lost: whatever fails before leaves the link as it was.
  func reverse(_ id: LinkID, _ progress: @Sendable (String) async -> Void) async throws -> String {
    let driver = try driver(of: id)
    let back = driver.link.reversed
    let port = port(for: back)
    let isTakenUp = takesUpReversal(id)
    let rested = await driver.isPaused
    // What is applied after the new slot was made would come back through it.
    try await driver.pause()
    let found: LinkInspection
    do {
      await progress("making the slot at \(back.source)")
      found = try await port.adopt()
    } catch {
      // One that was paused stays so: after a failover the old direction must not apply again. One that waited for this
      // goes on as the journal has it, or a switchover that is taken back would leave it at rest with nobody told.
      if !rested || isTakenUp { await driver.resume() }
      throw error
    }
    await progress("taking down the old direction")
    var left = ""
    do {
      try await driver.port.tearDown()
    } catch {
      // The side may be gone for good; that must not keep the other from following.
      left = "; the old slot may be left at \(driver.link.source), where it would keep log: \(error)"
    }
    await replace(driver, with: back, port, found)
    return "changes of \(back.source) go to \(back.target) now\(left)"
  }
}
