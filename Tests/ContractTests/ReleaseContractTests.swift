import HTTPAdapter
import LocalCloud
import Operations
import Simulation
import Synchronization
import TestSupport
import Testing

/// What whoever asks an application for its release promises, tried over HTTP and on the simulation.
@Suite struct ReleaseContractTests {
  enum Kind: CaseIterable, Sendable { case http, simulation }

  private struct World {
    var observer: any ReleaseObserver
    var set: (String) -> Void
    var stop: () -> Void
  }

  private func world(_ kind: Kind) throws -> World {
    switch kind {
    case .simulation:
      let release = SimulatedRelease("v41")
      return World(observer: release, set: { release.set($0) }, stop: { release.fail() })
    case .http:
      let application = Application()
      return World(
        observer: ApplicationReleaseObserver(
          url: application.server.url, certificateAuthorityFile: nil, client: try HTTPClient()),
        set: { application.set($0) }, stop: { application.stop() })
    }
  }

  /// Tells its release, until it is gone.
  private final class Application: Sendable {
    private final class State: Sendable {
      let release = Mutex("v41")
      let isGone = Flag()
    }

    private let state = State()
    let server: ScriptedServer

    init() {
      server = ScriptedServer { [state] connection in
        while !connection.readRequest().isEmpty, !state.isGone.isRaised {
          connection.answer("200 OK", #"{"release":"\#(state.release.withLock { $0 })"}"#)
        }
      }
    }

    func set(_ release: String) { state.release.withLock { $0 = release } }

    func stop() { state.isGone.raise() }
  }

  @Test(arguments: Kind.allCases) func theReleaseIsTheOneThatIsServedNow(kind: Kind) async throws {
    let world = try world(kind)
    #expect(try await world.observer.release() == "v41")
    world.set("v42")
    #expect(try await world.observer.release() == "v42")
  }

  @Test(arguments: Kind.allCases) func withoutAnAnswerThereIsNone(kind: Kind) async throws {
    let world = try world(kind)
    world.set("")
    await #expect(throws: (any Error).self) { _ = try await world.observer.release() }
    world.set("v42")
    #expect(try await world.observer.release() == "v42")
    world.stop()
    await #expect(throws: (any Error).self) { _ = try await world.observer.release() }
  }
}
