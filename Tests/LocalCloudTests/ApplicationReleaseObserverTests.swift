import HTTPAdapter
import LocalCloud
import TestSupport
import Testing

@Suite struct ApplicationReleaseObserverTests {
  private func release(_ body: String) async throws -> String {
    let server = ScriptedServer { connection in
      let request = connection.readRequest()
      connection.answer(request.hasPrefix("GET /ready ") ? "200 OK" : "404 No", body)
    }
    return try await ApplicationReleaseObserver(
      url: server.url, certificateAuthorityFile: nil, client: try HTTPClient()
    ).release()
  }

  @Test func readsTheReleaseFromReady() async throws {
    #expect(try await release(#"{"ready":true,"release":"v42","more":[1]}"#) == "v42")
  }

  @Test func boundsAndCleansIt() async throws {
    let long = String(repeating: "x", count: 500)
    #expect(try await release(#"{"release":"\#(long)"}"#).count == 64)
    #expect(try await release(#"{"release":"v1\u001b[31m\u0007é"}"#) == "v1?[31m??")
  }

  @Test(arguments: ["", "{}", "v42", #"{"release":7}"#, #"{"release":""}"#, "[]"])
  func refusesWhatNamesNone(body: String) async {
    await #expect(throws: (any Error).self) { _ = try await release(body) }
  }
}
