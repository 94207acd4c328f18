import CellGrid
import Operations
import Synchronization
import Terminal
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1))) struct ConsoleAppTests {
  private func start(_ host: ScriptedHost, _ screen: ScriptedScreen, timeout: Duration = .seconds(30)) -> Task<
    Int32, Never
  > {
    Task {
      await ConsoleApp.run(
        client: host, screen: screen, themes: ThemeFixture.library,
        options: ConsoleOptions(actor: "kit@ops1", answerTimeout: timeout, newsInterval: .milliseconds(20)))
    }
  }

  @Test func fromTheFirstFrameToTheLeverToQuit() async {
    let (host, screen) = (ScriptedHost(.prompt), ScriptedScreen())
    let app = start(host, screen)
    #expect(await screen.frame(showing: "app.example.test", "DNS weights") != nil)
    screen.type("++⏎")
    #expect(await screen.frame(showing: "generation 118 → 119", "to go") != nil)
    await pressOnceThePlanMayGo(screen)
    #expect(host.executions == ["w7 kit@ops1"])
    screen.type("q")
    #expect(await app.value == 0)
    #expect(screen.isClosed)
  }

  /// Keys within the guard are dropped, so a patient operator waits until it is over. One key and no more: the next
  /// would take the word of the first away.
  private func pressOnceThePlanMayGo(_ screen: ScriptedScreen) async {
    try? await Task.sleep(for: ConsoleModel.typeAheadGuard + .milliseconds(50))
    screen.type("g")
    #expect(await screen.frame(showing: "started; progress is in the levers") != nil)
  }

  /// Invariant 2 of the console.
  @Test func aHostThatNeverAnswersDelaysNoKey() async {
    let (host, screen) = (ScriptedHost(.silent), ScriptedScreen())
    let app = start(host, screen, timeout: .milliseconds(300))
    _ = await screen.frame(showing: "DNS weights")
    screen.type("+⏎")
    #expect(await screen.frame(showing: "asking the host for a plan") != nil)
    #expect(await screen.frame(showing: "the host has not answered; nothing was changed") != nil)
    screen.feed.yield(.key(.escape))
    screen.type("?")
    #expect(await screen.frame(showing: "Focus the next pane") != nil)
    screen.feed.yield(.terminated(signal: 15))
    #expect(await app.value == 143)
  }

  @Test func aRefusalIsReadOnTheScreen() async {
    let (host, screen) = (ScriptedHost(.refusing), ScriptedScreen())
    let app = start(host, screen)
    _ = await screen.frame(showing: "DNS weights")
    screen.type("+⏎")
    _ = await screen.frame(showing: "to go")
    let pressing = Task {
      while !Task.isCancelled {
        screen.type("g")
        try? await Task.sleep(for: .milliseconds(50))
      }
    }
    #expect(await screen.frame(showing: "refused · too-soon: the weights changed 1 s ago") != nil)
    pressing.cancel()
    screen.feed.finish()
    #expect(await app.value == 129, "a terminal that is gone ends the console")
  }

  @Test func nothingNewDrawsNothing() async throws {
    let (host, screen) = (ScriptedHost(.prompt), ScriptedScreen())
    let app = start(host, screen)
    _ = await screen.frame(showing: "DNS weights")
    for _ in 0..<200 { host.publish.yield(.snapshot(SnapshotFixture.allWell)) }
    screen.type("?")
    _ = await screen.frame(showing: "Focus the next pane")
    // The first, the connection, the snapshot, help, and a few ticks of the clock at most.
    #expect(screen.frameCount < 12)
    screen.type("qq")
    #expect(await app.value == 0)
  }

  @Test func newsAreDrawnTogether() async {
    let (host, screen) = (ScriptedHost(.prompt), ScriptedScreen())
    let app = start(host, screen)
    _ = await screen.frame(showing: "DNS weights")
    for number in 0..<500 {
      var snapshot = SnapshotFixture.allWell
      snapshot.service = "service \(number)"
      host.publish.yield(.snapshot(snapshot))
    }
    #expect(await screen.frame(showing: "service 499") != nil)
    #expect(screen.frameCount < 100)
    screen.type("q")
    #expect(await app.value == 0)
  }

  @Test func resizingDrawsToTheNewSize() async {
    let (host, screen) = (ScriptedHost(.prompt), ScriptedScreen())
    let app = start(host, screen)
    _ = await screen.frame(showing: "DNS weights")
    screen.feed.yield(.resize(Size(width: 20, height: 5)))
    #expect(await screen.frame(showing: "needs 80×24", "q quits") != nil)
    screen.type("q")
    #expect(await app.value == 0)
  }
}
