/// The rounds of the console's benchmark.
struct ScreenRuns {
  let console: ScreenProgram
  let peer: ScreenProgram
  let load: ScreenLoad
  /// By size, in the order of ``ScreenLoad/sizes``.
  var ours = ScreenLoad.sizes.map { _ in ScreenFigures() }
  var theirs = ScreenLoad.sizes.map { _ in ScreenFigures() }
  /// The console with the host in its process, at the first size.
  var oneProcess = ScreenFigures()
  var hostCPUPercent: [Double] = []

  init(console: ScreenProgram, peer: ScreenProgram, load: ScreenLoad) {
    self.console = console
    self.peer = peer
    self.load = load
  }

  /// No host runs yet: the console starts its own.
  mutating func measureOneProcess() throws {
    var figures = oneProcess
    try measureAtRest(console, size: 0, into: &figures, host: nil)
    oneProcess = figures
  }

  mutating func measureAtRest(host: HostProcess, progress: (String) -> Void) throws {
    for round in 1...load.rounds {
      for (index, size) in ScreenLoad.sizes.enumerated() {
        progress("console: at rest at \(size.columns)×\(size.rows), round \(round) of \(load.rounds)")
        var (mine, peers) = (ours[index], theirs[index])
        try measureAtRest(console, size: index, into: &mine, host: host)
        try measureAtRest(peer, size: index, into: &peers, host: nil)
        (ours[index], theirs[index]) = (mine, peers)
      }
    }
  }

  private mutating func measureAtRest(
    _ program: ScreenProgram, size index: Int, into figures: inout ScreenFigures, host: HostProcess?
  ) throws {
    let size = ScreenLoad.sizes[index]
    for _ in 1..<max(2, load.starts) {
      let session = try ScreenSession(program, columns: size.columns, rows: size.rows)
      figures.firstFrameMilliseconds.append(session.firstFrameMilliseconds)
      session.quit()
    }
    let session = try ScreenSession(program, columns: size.columns, rows: size.rows)
    figures.firstFrameMilliseconds.append(session.firstFrameMilliseconds)
    // Past what a start does once.
    session.terminal.drain(for: .seconds(3))
    let (hostBefore, begun) = (host?.child.usage.cpuSeconds, ContinuousClock.now)
    figures.idle.append(session.idle(for: .seconds(load.idleSeconds)))
    if let host, let hostBefore {
      let seconds = (ContinuousClock.now - begun) / .seconds(1)
      hostCPUPercent.append((host.child.usage.cpuSeconds - hostBefore) / seconds * 100)
    }
    figures.peakMegabytes.append(session.child.usage.peakMegabytes)
    figures.proportionalMegabytes.append(session.child.usage.proportionalMegabytes)
    session.quit()
  }

  mutating func measureKeys() throws {
    for _ in 1...load.rounds {
      for (index, size) in ScreenLoad.sizes.enumerated() {
        try measureKeys(console, size, into: &ours[index])
        try measureKeys(peer, size, into: &theirs[index])
      }
    }
  }

  private func measureKeys(
    _ program: ScreenProgram, _ size: (columns: UInt16, rows: UInt16), into figures: inout ScreenFigures
  ) throws {
    let session = try ScreenSession(program, columns: size.columns, rows: size.rows)
    session.terminal.drain(for: .seconds(1))
    figures.keyMilliseconds.append(session.keyLatencies(load.keys))
    figures.peakMegabytes.append(session.child.usage.peakMegabytes)
    session.quit()
  }
}
