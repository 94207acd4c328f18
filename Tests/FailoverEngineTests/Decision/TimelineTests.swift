import Operations
import Testing

@testable import FailoverEngine

/// Each case is a picture of a world and of what is made of it; see ``Timeline``.
@Suite struct TimelineTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var aws: String
    var azure: String
    var phases: String
    var executed: [FailoverRequest] = []
    var change: @Sendable (inout FailoverPolicy) -> Void = { _ in }

    var testDescription: String { name }
  }

  static let toAzure = FailoverRequest.failover(to: Timeline.azure)
  static let toAws = FailoverRequest.shift(Weights([(Timeline.aws, 100), (Timeline.azure, 0)]), stages: 1)

  static let cases: [Case] = [
    Case(name: "all is well", aws: "+++++", azure: "+++++", phases: "-----"),
    Case(
      name: "a lost primary is failed over at once", aws: "+++xxxxxxx", azure: "++++++++++", phases: "---AAAaaaa",
      executed: [toAzure]),
    Case(
      name: "a lost front door too, though the database answers", aws: "+++wwwwwww", azure: "++++++++++",
      phases: "---AAAaaaa", executed: [toAzure]),
    Case(
      name: "a secondary's traffic moves, and its role stays", aws: "++++++++", azure: "+++xxxxx", phases: "---AAaaa",
      executed: [toAws]),
    Case(
      name: "a lost database behind a door that answers", aws: "+++dddddddddddd", azure: "+++++++++++++++",
      phases: "---ssssAAAaaaaa", executed: [toAzure]),
    Case(
      name: "a broken path to a database is none", aws: "+++lllllllll", azure: "++++++++++++", phases: "------------"),
    Case(
      name: "unknown is not down", aws: "+++?????????", azure: "++++++++++++", phases: "------------"),
    Case(
      name: "old news is no news", aws: "+++.........", azure: "++++++++++++", phases: "------------"),
    Case(
      name: "an old verdict of down neither", aws: "+++n........", azure: "++++++++++++", phases: "---sssss----"),
    Case(name: "one vantage suspects", aws: "++111++", azure: "+++++++", phases: "--sss--"),
    Case(name: "two of one network suspect", aws: "++nnn++", azure: "+++++++", phases: "--sss--"),
    Case(name: "half of them suspect", aws: "++mmm++", azure: "+++++++", phases: "--sss--"),
    Case(name: "nobody goes where one alone sees it well", aws: "++xxx", azure: "++hhh", phases: "--ppp"),
    Case(
      name: "nor where no database answers", aws: "++++++++xx", azure: "++llllllll", phases: "--------pp"),
    Case(name: "who sees nothing is cut off", aws: "++xxxxx++", azure: "++xxxxx++", phases: "--ooooo--"),
    Case(name: "who knows nothing is cut off", aws: "++???++", azure: "++???++", phases: "--ooo--"),
    Case(
      name: "confirmation takes its time", aws: "+++xxxxxxx", azure: "++++++++++", phases: "---sssAAAa",
      executed: [toAzure], change: { $0.confirmation = .seconds(3) }),
    Case(
      name: "another cloud's confirmation is its own", aws: "+++xxx", azure: "++++++", phases: "---AAA",
      executed: [toAzure], change: { $0.confirmations = [Timeline.azure: .seconds(60)] }),
    Case(
      name: "a short answer does not begin it anew", aws: "++xx+xxxxx", azure: "++++++++++", phases: "--ss-ssAAA",
      executed: [toAzure], change: { $0.confirmation = .seconds(3) }),
    Case(
      name: "a long one does", aws: "++xx++++xxxxxx", azure: "++++++++++++++", phases: "--ss----sssAAA",
      executed: [toAzure],
      change: {
        $0.confirmation = .seconds(3)
        $0.recovery = .seconds(3)
      }),
    Case(
      name: "what is unknown does not confirm", aws: "++x????xxxx", azure: "+++++++++++", phases: "--s----sssA",
      executed: [toAzure],
      change: {
        $0.confirmation = .seconds(3)
        $0.recovery = .seconds(60)
      }),
    Case(
      name: "a countdown comes before the deed", aws: "+++xxxxxxx", azure: "++++++++++", phases: "---kkkAAAa",
      executed: [toAzure], change: { $0.countdown = .seconds(3) }),
    Case(
      name: "a countdown ends with its cause", aws: "+++xx+++++", azure: "++++++++++", phases: "---kk-----",
      change: { $0.countdown = .seconds(3) }),
    Case(
      name: "advise proposes and waits", aws: "+++xxxx++", azure: "+++++++++", phases: "---pppp--",
      change: { $0.automation = .advise }),
    Case(
      name: "manual says what it sees", aws: "+++xxxx++", azure: "+++++++++", phases: "---cccc--",
      change: { $0.automation = .manual }),
    Case(
      name: "nobody is left to go to", aws: "+++xxx", azure: "+++11x", phases: "---ppo",
      change: { $0.automation = .advise }),
    Case(
      name: "proof needs a database that has answered since", aws: "+++wwwwwww", azure: "++++++++++",
      phases: "---pAAAaaa", executed: [toAzure], change: { $0.fencing = .proof }),
    Case(
      name: "and does not act without one", aws: "+++xxxxxxx", azure: "++++++++++", phases: "---ppppppp",
      change: { $0.fencing = .proof }),
    Case(
      name: "nor where the database alone is lost", aws: "+++ddddddddd", azure: "++++++++++++", phases: "---ssssppppp",
      change: { $0.fencing = .proof }),
  ]

  @Test(arguments: cases)
  func theWorldIsJudged(_ item: Case) {
    var timeline = Timeline(Timeline.automatic(item.change))
    #expect(timeline.run(aws: item.aws, azure: item.azure) == item.phases)
    #expect(timeline.requests == item.executed)
  }
}
