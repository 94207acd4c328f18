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
    await progress("looking at both sides")
    // After a crash, the way back may be there already. Nobody can write until this step is over, so both at once.
    async let looking = port.inspect()
    try await driver.pause()
    do {
      let found = try await looking
      if !found.isPrepared || found.needsBaseline { try await open(back, port, progress) }
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
    await replace(driver, with: back, port)
    return "changes of \(back.source) go to \(back.target) now\(left)"
  }

  private func open(
    _ link: ReplicatedLink, _ port: any ReplicationLinkPort, _ progress: @Sendable (String) async -> Void
  ) async throws {
    await progress("making the slot at \(link.source)")
    do {
      let made = try await port.adopt()
      guard made.obstacles.isEmpty, made.slot != nil, !made.needsBaseline else {
        let reasons = made.obstacles.isEmpty ? ["tables would have to be copied"] : made.obstacles
        throw HostError.failed("\(link.source) → \(link.target): \(reasons.joined(separator: "; "))")
      }
    } catch {
      // Only what was made here is taken down: a way back from before a crash may be the only one that is left.
      try? await port.tearDown()
      throw error
    }
  }
}
