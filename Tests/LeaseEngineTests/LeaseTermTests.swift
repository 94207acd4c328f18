import Testing

@testable import LeaseEngine

@Suite struct LeaseTermTests {
  private let settings = LeaseSettings(ttl: .seconds(15), lockDelay: .seconds(15))

  @Test func itIsTrustedForTheTimeLessTheMargin() {
    let term = LeaseTerm(settings: settings, askedAt: .seconds(100))
    #expect(term.stands(at: .seconds(100) + .milliseconds(11_999)))
    #expect(!term.stands(at: .seconds(112)))
  }

  @Test func theMarginIsNeverUnderASecond() {
    #expect(LeaseSettings(ttl: .seconds(3)).margin == .seconds(1))
    #expect(LeaseSettings(ttl: .seconds(30)).margin == .seconds(6))
  }

  @Test func aRenewalCountsFromWhenItWasAskedFor() {
    var term = LeaseTerm(settings: settings, askedAt: .zero)
    term.renewed(askedAt: .seconds(5), at: .seconds(9))
    #expect(term.stands(at: .milliseconds(16_999)))
    #expect(!term.stands(at: .seconds(17)))
  }

  @Test func aLateAnswerRevivesNothing() {
    var term = LeaseTerm(settings: settings, askedAt: .zero)
    term.renewed(askedAt: .seconds(11), at: .seconds(13))
    #expect(!term.stands(at: .seconds(13)))
    term.renewed(askedAt: .seconds(14), at: .seconds(14))
    #expect(!term.stands(at: .seconds(14)))
  }

  @Test func answersOutOfOrderDoNotShortenIt() {
    var term = LeaseTerm(settings: settings, askedAt: .zero)
    term.renewed(askedAt: .seconds(6), at: .seconds(7))
    term.renewed(askedAt: .seconds(5), at: .seconds(8))
    #expect(term.stands(at: .milliseconds(17_999)))
  }

  @Test func afterAFailureItIsTriedSooner() {
    var term = LeaseTerm(settings: settings, askedAt: .zero)
    #expect(term.interval == .seconds(5))
    term.renewalFailed("no answer")
    #expect(term.interval == .seconds(1))
    term.renewed(askedAt: .seconds(6), at: .seconds(6))
    #expect(term.interval == .seconds(5))
  }

  @Test func theFirstReasonOfALossStays() {
    var term = LeaseTerm(settings: settings, askedAt: .zero)
    term.renewalFailed("connection refused")
    #expect(
      term.loss(at: .milliseconds(12_500))
        == "the lease was last renewed 12 s ago, which is too long: connection refused")
    term.lose("taken away")
    term.lose("given back")
    #expect(term.loss(at: .milliseconds(12_500)) == "taken away")
  }

  @Test func aStoppedMachineIsNamed() {
    let term = LeaseTerm(settings: settings, askedAt: .zero)
    #expect(
      term.loss(at: .seconds(3600))
        == "the lease was last renewed 3600 s ago, which is too long; was this process or machine stopped?")
  }
}
