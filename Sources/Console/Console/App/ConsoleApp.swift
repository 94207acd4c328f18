import CellGrid
public import Operations
import Terminal

/// Runs the console: feeds the model with what happens, draws it, and does what it wants done.
public actor ConsoleApp {
  private var model: ConsoleModel
  private let client: any HostClient
  private let screen: any ConsoleScreen
  private let options: ConsoleOptions
  private let preferences: PreferencesWriter?
  private let inbox = ConsoleInbox()
  private var sources: [Task<Void, Never>] = []
  private var shown: CellGrid?
  private var lastDrawn = ContinuousClock.now
  private var isFrameDue = false

  private init(client: any HostClient, screen: any ConsoleScreen, themes: ThemeLibrary, options: ConsoleOptions) {
    self.client = client
    self.screen = screen
    self.options = options
    preferences = options.preferences.map(PreferencesWriter.init)
    var problems = themes.problems.map { "a theme was passed over: \($0)" }
    var theme = options.theme
    // Without colours, as with NO_COLOR, what was chosen among colours would say little.
    if theme == nil, screen.capabilities.colorDepth > .monochrome {
      do { theme = try options.preferences?.theme().map(themes.remembered) } catch {
        problems.insert("your theme was passed over: \(error)", at: 0)
      }
    }
    model = ConsoleModel(
      size: screen.size, now: options.clock.now(),
      theme: theme ?? themes.automatic(for: screen.capabilities.colorDepth), themes: themes.themes,
      glyphs: screen.capabilities.glyphs)
    if let problem = problems.first {
      let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
      model.notice = Notice(kind: .refused, text: problem + more, shownUntil: nil)
    }
  }

  /// Runs until the operator quits, the terminal goes away, or the task is cancelled. Closes the screen.
  ///
  /// - Returns: the process's exit status: 0, or 128 and the number of the signal that ended it.
  public static func run(
    client: any HostClient, screen: any ConsoleScreen, themes: ThemeLibrary, options: ConsoleOptions
  ) async -> Int32 {
    let app = ConsoleApp(client: client, screen: screen, themes: themes, options: options)
    let status = await app.loop()
    await screen.close()
    await app.preferences?.settle(within: .seconds(2))
    return status
  }

  private func loop() async -> Int32 {
    startSources()
    defer { for source in sources { source.cancel() } }
    draw()
    for await _ in inbox.arrivals {
      if let status = await settle() { return status }
    }
    return 0
  }

  /// Tells the model all that waits, does what it wants, and draws once.
  private func settle() async -> Int32? {
    var mustDraw = false
    while let message = inbox.next() {
      // Nobody should look at an empty screen for longer than the first snapshot takes.
      mustDraw = mustDraw || !message.isNews || model.snapshot == nil
      for effect in model.update(message) {
        if let status = await perform(effect) { return status }
      }
    }
    if let status = inbox.exitStatus { return status }
    if mustDraw || lastDrawn.duration(to: .now) >= options.newsInterval {
      draw()
    } else {
      drawLater()
    }
    return nil
  }

  private func draw() {
    lastDrawn = .now
    let grid = model.view()
    guard grid != shown else { return }
    shown = grid
    screen.draw(grid, cursor: nil)
  }

  /// News that come faster than anyone reads are shown together.
  private func drawLater() {
    guard !isFrameDue else { return }
    isFrameDue = true
    let rest = options.newsInterval - lastDrawn.duration(to: .now)
    Task { [weak self] in
      try? await Task.sleep(for: rest)
      await self?.drawDue()
    }
  }

  private func drawDue() {
    isFrameDue = false
    draw()
  }
}

extension ConsoleApp {
  private func startSources() {
    let (inbox, client, screen, clock) = (inbox, client, screen, options.clock)
    sources = [
      Task { for await update in client.updates() { inbox.post(.host(update)) } },
      Task {
        for await input in screen.input { inbox.receive(input, at: clock.now()) }
        inbox.post(exit: 129)
      },
      Task {
        // A little past each full second, so that a clock on the screen and one on the wall agree.
        while !Task.isCancelled {
          let micros = clock.now().microsecondsSinceEpoch % 1_000_000
          try? await Task.sleep(for: .microseconds(1_000_000 - micros + 1000))
          inbox.post(.tick(clock.now()))
        }
      },
    ]
  }

  /// Does what the model wants. What may take long is done aside and answers through the inbox.
  private func perform(_ effect: ConsoleEffect) async -> Int32? {
    switch effect {
    case .requestPlan(let request, let ticket): requestPlan(request, ticket: ticket)
    case .execute(let plan, let overriding, let ticket): execute(plan, overriding: overriding, ticket: ticket)
    case .readConflicts(let link, let limit, let ticket):
      read(ticket: ticket) { client, now in
        .conflictsRead(try await client.conflicts(of: link, newest: limit), ticket: ticket, at: now())
      }
    case .readDifferences(let link, let limit, let ticket):
      read(ticket: ticket) { client, now in
        .differencesRead(try await client.differences(of: link, limit: limit), ticket: ticket, at: now())
      }
    case .change(let change, let ticket):
      let actor = options.actor
      tell(done: change.done, ticket: ticket) { try await $0.change(change, actor: actor) }
    case .control(let operation, let control, let ticket):
      let actor = options.actor
      tell(done: control.done, ticket: ticket) { try await $0.control(operation, control, actor: actor) }
    case .keepTheme(let name): keep(theme: name)
    case .dropTypeAhead: inbox.dropKeys()
    case .redraw: await screen.redraw()
    case .suspend: await screen.suspend()
    case .quit: return 0
    }
    return nil
  }

  private func keep(theme: String) {
    guard screen.capabilities.colorDepth > .monochrome else {
      return inbox.post(.themeNotKept("this terminal shows no colours"))
    }
    guard let preferences else { return inbox.post(.themeNotKept("neither HOME nor XDG_CONFIG_HOME is set")) }
    preferences.keep(theme: theme) { [inbox] in inbox.post(.themeNotKept($0.description)) }
  }

  private func requestPlan(_ request: LeverRequest, ticket: Int) {
    let (client, inbox, clock) = (client, inbox, options.clock)
    answer(late: { .planFailed("the host has not answered; nothing was changed", ticket: ticket, at: $0) }) {
      do {
        let plan = try await client.plan(request)
        return { inbox.post(.planMade(plan, ticket: ticket, at: clock.now())) }
      } catch {
        return { inbox.post(.planFailed("\(error)", ticket: ticket, at: clock.now())) }
      }
    }
  }

  private func execute(_ plan: PlanID, overriding: [InterlockName], ticket: Int) {
    let (client, inbox, clock, actor) = (client, inbox, options.clock, options.actor)
    let late = "the host has not answered; it may have begun: see the levers and the events"
    answer(late: { .planFailed(late, ticket: ticket, at: $0) }) {
      do {
        let operation = try await client.execute(plan, overriding: overriding, actor: actor)
        return { inbox.post(.executionStarted(operation, ticket: ticket)) }
      } catch let refusal as Refusal {
        return { inbox.post(.executionRefused(refusal, ticket: ticket, at: clock.now())) }
      } catch {
        return { inbox.post(.executionFailed("\(error)", ticket: ticket, at: clock.now())) }
      }
    }
  }

  private func read(
    ticket: Int,
    _ ask: @escaping @Sendable (any HostClient, () -> Timestamp) async throws -> ConsoleMessage
  ) {
    let (client, inbox, clock) = (client, inbox, options.clock)
    answer(late: { _ in .readingFailed("the host has not answered", ticket: ticket) }) {
      do {
        let message = try await ask(client, clock.now)
        return { inbox.post(message) }
      } catch {
        return { inbox.post(.readingFailed("\(error)", ticket: ticket)) }
      }
    }
  }

  private func tell(done: String, ticket: Int, _ ask: @escaping @Sendable (any HostClient) async throws -> Void) {
    let (client, inbox) = (client, inbox)
    let late = "the host has not answered; it may have been done: see the header"
    answer(late: { _ in .changeFailed(late, ticket: ticket) }) {
      do {
        try await ask(client)
        return { inbox.post(.changed(done, ticket: ticket)) }
      } catch {
        return { inbox.post(.changeFailed("\(error)", ticket: ticket)) }
      }
    }
  }

  /// Posts what `work` has to say, or `late` when it takes too long; whichever is first, and only that.
  private func answer(
    late: @escaping @Sendable (Timestamp) -> ConsoleMessage,
    _ work: @escaping @Sendable () async -> @Sendable () -> Void
  ) {
    let (inbox, clock, timeout) = (inbox, options.clock, options.answerTimeout)
    let race = AnswerRace()
    let asking = Task {
      let post = await work()
      if race.win() { post() }
    }
    Task {
      try? await Task.sleep(for: timeout)
      guard race.win() else { return }
      inbox.post(late(clock.now()))
      asking.cancel()
    }
  }
}

extension ConsoleMessage {
  /// Whether it brings only what the host or the clock say, which may wait a moment.
  fileprivate var isNews: Bool {
    switch self {
    case .host(.snapshot): true
    default: false
    }
  }
}
