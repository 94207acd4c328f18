import CellGrid
import Operations

/// Feeds a console with random worlds, sizes and keys in virtual time. For the property test, and longer for a soak.
public struct ConsoleSoak: Sendable {
  /// What a run has done. A run that has crashed has no report.
  public struct Report: Sendable, Equatable {
    public var frames = 0
    public var keys = 0
    public var plans = 0
    public var executions = 0
    /// What the automation and running operations were told.
    public var changes = 0
    /// Most dialogs that were open at once.
    public var deepestDialogs = 0
    /// Frames whose size was not the screen's.
    public var wrongSizes = 0
    /// Hash of all frames: equal seeds give equal runs.
    public var digest: UInt64 = 14_695_981_039_346_656_037
  }

  public var seed: UInt64
  /// Virtual time between two frames, on average.
  public var step: Duration

  public init(seed: UInt64, step: Duration = .seconds(60)) {
    self.seed = seed
    self.step = step
  }

  /// - Parameters:
  ///   - hours: virtual hours.
  ///   - onHour: told after each, for whoever watches memory.
  public func run(hours: Int, themes: ThemeLibrary, onHour: (Int) -> Void = { _ in }) -> Report {
    var random = SplitMix(seed: seed)
    var world = SoakWorld()
    var report = Report()
    let start = Timestamp(secondsSinceEpoch: 1_795_442_527)
    var model = ConsoleModel(
      size: Size(width: 120, height: 40), now: start, theme: .builtin, themes: themes.themes, glyphs: .unicode)
    let frames = max(1, Int(3600 / max(1, step.components.seconds)))
    for hour in 0..<hours {
      for frame in 0..<frames {
        let now = start + .seconds(hour * 3600 + frame * Int(step.components.seconds))
        live(&model, world: &world, at: now, &random, &report)
      }
      onHour(hour + 1)
    }
    return report
  }

  private func live(
    _ model: inout ConsoleModel, world: inout SoakWorld, at now: Timestamp, _ random: inout SplitMix,
    _ report: inout Report
  ) {
    var effects = model.update(.tick(now))
    effects += happen(&model, world: &world, at: now, &random)
    let isPurposeful = random.chance(15)
    let strokes =
      isPurposeful
      ? random.chance(50) ? Self.shift(Int.random(in: 0...255, using: &random)) : Self.failover
      : (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Self.keys.randomElement(using: &random) ?? Keystroke(.escape)
      }
    if isPurposeful { effects += model.update(.resized(Size(width: 100, height: 30))) }
    effects += press(strokes, in: &model, from: now, &report)
    answer(effects, in: &model, world: world, at: now + .seconds(10), &random, &report)
    if isPurposeful, case .plan(let dialog) = model.dialogs.last {
      let words = dialog.words.map(\.text).joined(separator: " ").map(Keystroke.character) + [.character("g")]
      answer(
        press(words, in: &model, from: now + .seconds(20), &report), in: &model, world: world, at: now + .seconds(60),
        &random, &report)
    }
    let grid = model.view()
    report.frames += 1
    report.wrongSizes += grid.size == model.size ? 0 : 1
    report.deepestDialogs = max(report.deepestDialogs, model.dialogs.count)
    for byte in grid.plainText().utf8 { report.digest = (report.digest ^ UInt64(byte)) &* 1_099_511_628_211 }
  }

  private func press(
    _ strokes: [Keystroke], in model: inout ConsoleModel, from start: Timestamp, _ report: inout Report
  ) -> [ConsoleEffect] {
    report.keys += strokes.count
    return strokes.enumerated().flatMap { model.update(.key($1, at: start + .milliseconds(300 * $0))) }
  }

  /// The host's part.
  private func answer(
    _ effects: [ConsoleEffect], in model: inout ConsoleModel, world: SoakWorld, at now: Timestamp,
    _ random: inout SplitMix, _ report: inout Report
  ) {
    for effect in effects {
      switch effect {
      case .requestPlan(let request, let ticket):
        report.plans += 1
        _ = model.update(
          random.chance(80)
            ? .planMade(world.plan(request, at: now, &random), ticket: ticket, at: now)
            : .planFailed("the host is busy", ticket: ticket, at: now))
      case .execute(_, _, let ticket):
        report.executions += 1
        _ = model.update(.executionStarted(OperationID("o"), ticket: ticket))
      case .readConflicts(let link, _, let ticket):
        _ = model.update(
          random.chance(80)
            ? .conflictsRead(world.conflicts(of: link, at: now, &random), ticket: ticket, at: now)
            : .readingFailed("the host is busy", ticket: ticket))
      case .readDifferences(_, _, let ticket):
        _ = model.update(
          random.chance(80)
            ? .differencesRead(world.differences(&random), ticket: ticket, at: now)
            : .readingFailed("the host is busy", ticket: ticket))
      case .change(let change, let ticket):
        report.changes += 1
        _ = model.update(
          random.chance(80)
            ? .changed(change.done, ticket: ticket) : .changeFailed("the host is busy", ticket: ticket))
      case .control(_, let control, let ticket):
        report.changes += 1
        _ = model.update(.changed(control.done, ticket: ticket))
      case .keepTheme, .dropTypeAhead, .redraw, .suspend, .quit: break
      }
    }
  }

  private func happen(
    _ model: inout ConsoleModel, world: inout SoakWorld, at now: Timestamp, _ random: inout SplitMix
  ) -> [ConsoleEffect] {
    var effects: [ConsoleEffect] = []
    if random.chance(80) { effects += model.update(.host(.snapshot(world.snapshot(at: now, &random)))) }
    if random.chance(5) {
      let lost = HostConnection.lost(reason: "refused", since: now - .seconds(3))
      let connection = [lost, .local, .attached].randomElement(using: &random) ?? .local
      effects += model.update(.host(.connection(connection)))
    }
    if random.chance(15) {
      let sizes = [(80, 24), (120, 40), (200, 50), (300, 90)]
      let size =
        random.chance(50)
        ? sizes.randomElement(using: &random) ?? (80, 24)
        : (Int.random(in: 1...260, using: &random), Int.random(in: 1...80, using: &random))
      effects += model.update(.resized(Size(width: size.0, height: size.1)))
    }
    let point = Point(x: Int.random(in: -1...260, using: &random), y: Int.random(in: -1...80, using: &random))
    if random.chance(20) { effects += model.update(.click(point, at: now)) }
    if random.chance(20) { effects += model.update(.wheel(point, lines: random.chance(50) ? 3 : -3)) }
    if random.chance(5) { effects += model.update(.paste("pasted\ntext")) }
    if random.chance(10) { model.glyphs = [.unicode, .linuxConsole, .ascii].randomElement(using: &random) ?? .unicode }
    return effects
  }

  /// What someone types who means it.
  private static func shift(_ weight: Int) -> [Keystroke] {
    Array(repeating: Keystroke(.escape), count: 4) + ":weights aws=\(weight) azure=9".map(Keystroke.character)
      + [Keystroke(.enter)]
  }

  private static let failover =
    Array(repeating: Keystroke(.escape), count: 4) + ":failover azure".map(Keystroke.character) + [Keystroke(.enter)]

  /// All that are bound, and what fills a text field.
  private static let keys: [Keystroke] =
    Keymap.bindings.flatMap(\.keys) + "az=70 weights too-soon capacity".map(Keystroke.character)
    + [Keystroke(.backspace), Keystroke(.escape), Keystroke(.enter), .character("y")]
}
