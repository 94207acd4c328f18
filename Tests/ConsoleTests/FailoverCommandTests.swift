import Operations
import Testing

@testable import Console

@Suite struct FailoverCommandTests {
  private static let azure = FailoverFixture.azure
  private static let aws = FailoverFixture.aws

  @Test(arguments: [
    ("failover azure", FailoverRequest.failover(to: azure)), ("failover", .failover(to: azure)),
    ("switchover azure", .switchover(to: azure)), ("failback", .failback(to: azure)), ("evacuate aws", .evacuate(aws)),
    ("rejoin aws rebuild", .rejoin(aws, .rebuild)), ("rejoin azure merge", .rejoin(azure, .merge)),
  ])
  func aCommandAsksForItsPlan(_ text: String, _ request: FailoverRequest) {
    var model = ModelFixture.model(FailoverFixture.watching)
    #expect(model.type(":\(text)⏎") == [.requestPlan(.failover(request), ticket: 1), .dropTypeAhead])
  }

  @Test(arguments: [
    ("failover asure", "there is no cloud 'asure'; did you mean 'azure'?"),
    ("switchover aws", "aws is primary already"), ("evacuate", "name the cloud: evacuate aws|azure"),
    ("rejoin aws", "name the cloud and the way: rejoin aws|azure rebuild|merge"),
    ("rejoin aws rebild", "there is no way 'rebild'; did you mean 'rebuild'?: rebuild or merge"),
    ("failover azure now", "name the new primary: failover azure"), ("resume", "it is not paused"),
    ("acknowledge", "nothing that it did by itself waits to be acknowledged"),
  ])
  func whatIsWrongIsNamed(_ text: String, _ message: String) {
    var model = ModelFixture.model(FailoverFixture.watching)
    #expect(model.type(":\(text)⏎").isEmpty)
    guard case .palette(let palette) = model.dialogs.last else { return #expect(Bool(false), "the palette closed") }
    #expect(palette.error == message)
  }

  @Test func withoutFailoverItSaysSo() {
    var model = ModelFixture.model()
    model.type(":failover azure⏎")
    guard case .palette(let palette) = model.dialogs.last else { return #expect(Bool(false), "the palette closed") }
    #expect(palette.error == "no failover is configured")
  }

  @Test func wordsPauseAndResumeAndOpenThePage() {
    var model = ModelFixture.model(FailoverFixture.watching)
    #expect(model.type(":pause⏎") == [.change(.pause, ticket: 1)])
    model.type(":why⏎")
    #expect(model.failoverView != nil)
    model.snapshot = FailoverFixture.pausedAndWell
    #expect(model.type(":resume⏎") == [.dropTypeAhead])
    #expect(model.type("y") == [.change(.resume, ticket: 2)])
  }
}
