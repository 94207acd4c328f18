extension ScreenRuns {
  func section(peerVersion: String) -> Section {
    Section(
      name: "console",
      method: "attached to a host that watches a lab; \(load.rounds) rounds in turns: \(load.starts) starts, "
        + "\(load.idleSeconds) s at rest, and with azure dead \(load.keys) keys at random moments",
      peer: "\(peerVersion), one refresh a second",
      figures: ScreenLoad.sizes.indices.flatMap(figures) + oneProcessFigures,
      notes: [
        "a start is from before exec to the last byte of the first whole frame; a key is to the first byte that "
          + "answers it; keys are Tab for the console and the arrows for htop",
        "at rest both clouds are well, and new figures come every second",
      ])
  }

  private func figures(_ index: Int) -> [Figure] {
    let size = "\(ScreenLoad.sizes[index].columns)×\(ScreenLoad.sizes[index].rows)"
    let (ours, theirs) = (ours[index], theirs[index])
    func keys(_ figures: ScreenFigures, _ share: Double) -> [Double] {
      figures.keyMilliseconds.compactMap { $0.percentile(share) }
    }
    return [
      Figure(
        "\(size) CPU at rest", "% of a core", ours: ours.idle.map(\.cpuPercent), peer: theirs.idle.map(\.cpuPercent),
        aim: .ours(1)),
      Figure(
        "\(size) written to the terminal", "B/s", ours: ours.idle.map(\.bytesPerSecond),
        peer: theirs.idle.map(\.bytesPerSecond), aim: .ours(2000)),
      Figure(
        "\(size) first frame", "ms", ours: ours.firstFrameMilliseconds, peer: theirs.firstFrameMilliseconds,
        aim: .ours(60)),
      Figure("\(size) key to screen p50", "ms", ours: keys(ours, 0.5), peer: keys(theirs, 0.5)),
      Figure("\(size) key to screen p99", "ms", ours: keys(ours, 0.99), peer: keys(theirs, 0.99), aim: .ours(16)),
      Figure("\(size) peak memory", "MB", ours: ours.peakMegabytes, peer: theirs.peakMegabytes, aim: .ours(40)),
      Figure(
        "\(size) proportional memory", "MB", ours: ours.proportionalMegabytes, peer: theirs.proportionalMegabytes),
    ]
  }

  private var oneProcessFigures: [Figure] {
    [
      Figure("host's CPU while one console looks", "% of a core", ours: hostCPUPercent),
      Figure("one process, CPU at rest", "% of a core", ours: oneProcess.idle.map(\.cpuPercent)),
      Figure("one process, first frame", "ms", ours: oneProcess.firstFrameMilliseconds),
      Figure("one process, peak memory", "MB", ours: oneProcess.peakMegabytes),
    ]
  }
}
