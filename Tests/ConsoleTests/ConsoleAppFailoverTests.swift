import CellGrid
import Console
import Operations
import Testing

/// What reaches the host of what an operator says to the automation and to a running operation.
@Suite(.timeLimit(.minutes(1))) struct ConsoleAppFailoverTests {
  private func start(_ host: ScriptedHost, _ screen: ScriptedScreen, timeout: Duration = .seconds(30)) -> Task<
    Int32, Never
  > {
    Task {
      await ConsoleApp.run(
        client: host, screen: screen, themes: ThemeFixture.library,
        options: ConsoleOptions(actor: "kit@ops1", answerTimeout: timeout, newsInterval: .milliseconds(20)))
    }
  }

  @Test func aPauseReachesTheHostAtOnce() async {
    let (host, screen) = (ScriptedHost(.prompt), ScriptedScreen())
    host.publish.yield(.snapshot(FailoverFixture.watching))
    let app = start(host, screen)
    _ = await screen.frame(showing: "switch over to azure")
    screen.type("p")
    #expect(await screen.frame(showing: "the automation is paused: nothing fails over without a person") != nil)
    #expect(host.changes == ["pause kit@ops1"])
    screen.type("q")
    #expect(await app.value == 0)
  }

  /// Keys within the guard are dropped, so a patient operator presses again.
  @Test func anAbortReachesTheHostOnceConfirmed() async {
    let (host, screen) = (ScriptedHost(.prompt), ScriptedScreen())
    host.publish.yield(.snapshot(FailoverFixture.begun))
    let app = start(host, screen)
    _ = await screen.frame(showing: "let aws-azure catch up")
    screen.type("A")
    _ = await screen.frame(showing: "Abort the plan?")
    while host.changes.isEmpty {
      screen.type("y")
      try? await Task.sleep(for: .milliseconds(50))
    }
    #expect(host.changes == ["abort f3 kit@ops1"])
    screen.feed.finish()
    #expect(await app.value == 129)
  }

  @Test func aRefusalIsReadOnTheScreen() async {
    let (host, screen) = (ScriptedHost(.refusing), ScriptedScreen())
    host.publish.yield(.snapshot(FailoverFixture.watching))
    let app = start(host, screen)
    _ = await screen.frame(showing: "switch over to azure")
    screen.type("p")
    #expect(await screen.frame(showing: "▲ no failover is configured") != nil)
    screen.type("q")
    #expect(await app.value == 0)
  }

  @Test func aHostThatNeverAnswersDelaysNoKey() async {
    let (host, screen) = (ScriptedHost(.silent), ScriptedScreen())
    host.publish.yield(.snapshot(FailoverFixture.watching))
    let app = start(host, screen, timeout: .milliseconds(300))
    _ = await screen.frame(showing: "switch over to azure")
    screen.type("p")
    #expect(await screen.frame(showing: "the host has not answered; it may have been done") != nil)
    screen.type("q")
    #expect(await app.value == 0)
  }
}
