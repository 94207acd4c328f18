import Operations
import Simulation
import Testing

@testable import FailoverEngine

/// Random worlds, each from its seed, judged by what was drawn and not by what the machine believes of it.
@Suite struct DecisionPropertyTests {
  /// What each cloud's newest letter is, and how long ago it was drawn.
  struct Drawn {
    var letter: Character = "+"
    var age = 0
  }

  /// A world that changes in streaks, with people, leases and lag that change too.
  struct Chance {
    var generator: SeededGenerator
    var timeline: Timeline
    var drawn = [Drawn(), Drawn()]
    var letters: [Character] = ["+", "+"]
    var isPaused = false
    var acknowledgedAt: [Int] = []
    /// Said with every failure, so that it can be drawn again.
    var picture = ["", ""]

    init(seed: Int, _ change: (inout FailoverPolicy, inout SeededGenerator) -> Void = { _, _ in }) {
      generator = SeededGenerator(seed: UInt64(seed))
      var policy = Timeline.automatic()
      policy.window = .seconds(120)
      policy.flapWindow = .seconds(60)
      policy.confirmation = .seconds(Int.random(in: 0...3, using: &generator))
      policy.countdown = .seconds(Int.random(in: 0...3, using: &generator))
      policy.recovery = .seconds(Int.random(in: 1...5, using: &generator))
      policy.fencing = Bool.random(using: &generator) ? .lease : .proof
      change(&policy, &generator)
      timeline = Timeline(policy)
    }

    mutating func second(alphabet: String = "+++++xxwd1nl?.") {
      for index in 0..<2 {
        if Int.random(in: 0..<5, using: &generator) == 0 {
          letters[index] = alphabet.randomElement(using: &generator) ?? "+"
        }
        picture[index].append(letters[index])
        drawn[index] =
          letters[index] == "."
          ? Drawn(letter: drawn[index].letter, age: drawn[index].age + 1)
          : Drawn(letter: letters[index])
      }
      timeline.step(letters)
    }

    mutating func people() {
      if Int.random(in: 0..<40, using: &generator) == 0 {
        isPaused.toggle()
        timeline.feed(.changed(isPaused ? .pause : .resume, actor: "kit@ops1"))
      }
      if Int.random(in: 0..<60, using: &generator) == 0 {
        acknowledgedAt.append(timeline.second)
        timeline.feed(.changed(.acknowledge, actor: "kit@ops1"))
      }
      if Int.random(in: 0..<50, using: &generator) == 0 {
        timeline.feed(.changed(.stopCountdown, actor: "kit@ops1"))
      }
    }

    mutating func circumstances() {
      if Int.random(in: 0..<50, using: &generator) == 0 { timeline.holdsLease.toggle() }
      if Int.random(in: 0..<50, using: &generator) == 0 {
        timeline.journalFault = timeline.journalFault == nil ? "the disk is full" : nil
      }
      if Int.random(in: 0..<40, using: &generator) == 0 {
        timeline.lagSeconds = [0.2, 5, 29, 31, 400].randomElement(using: &generator) ?? 0.2
      }
      if Int.random(in: 0..<40, using: &generator) == 0 {
        let hold = InterlockHold(reason: "it would be full", remedy: "add targets")
        let verdict = InterlockVerdict(name: InterlockName("capacity"), overridability: .byName, hold: hold)
        timeline.held = timeline.held.isEmpty ? [verdict] : []
      }
    }
  }

  @Test(arguments: 0..<24)
  func whatIsDoneByItselfWasRightToDo(seed: Int) {
    var chance = Chance(seed: seed)
    for _ in 0..<400 {
      let before = chance.timeline.executed.count
      let primary = chance.timeline.primary
      chance.second()
      if chance.timeline.executed.count > before { judge(chance, primary: primary) }
      chance.people()
      #expect(chance.timeline.executed.count <= before + 1, "a word of a person is no ground to act twice")
      chance.circumstances()
    }
  }

  private func judge(_ chance: Chance, primary: CloudID?) {
    let timeline = chance.timeline
    guard let (_, request) = timeline.executed.last else { return }
    let scene = Comment("\(request) of \(chance.picture)")
    #expect(!chance.isPaused, scene)
    #expect(timeline.holdsLease, scene)
    #expect(timeline.journalFault == nil, scene)
    #expect(timeline.held.isEmpty, scene)
    let subject: Int
    switch request {
    case .failover(let target): subject = target == Timeline.azure ? 0 : 1
    case .shift(let weights, _): subject = weights[Timeline.aws] == 0 ? 0 : 1
    case .evacuate, .switchover, .rejoin, .failback:
      Issue.record(scene)
      return
    }
    // Down for a quorum, as drawn no longer ago than an observation speaks.
    #expect(chance.drawn[subject].age <= 4, scene)
    let down: Set<Character> = if case .failover = request { ["x", "w", "d"] } else { ["x", "w"] }
    #expect(down.contains(chance.drawn[subject].letter), scene)
    // Somebody sees the other one well.
    let other = chance.drawn[1 - subject]
    #expect(other.age <= 4 && !"xwn?".contains(other.letter), scene)
    if case .failover = request {
      #expect(timeline.clouds[subject].snapshot.id == primary, scene)
      #expect(timeline.lagSeconds < 30 || chance.drawn[subject].letter != "w", scene)
      #expect(timeline.machine.memory.decision.first { !$0.isMet } == nil, scene)
    }
  }

  @Test(arguments: 0..<10)
  func whateverOscillatesIsFailedOverOnceInAWindow(seed: Int) {
    var chance = Chance(seed: seed) { policy, _ in
      policy.flapLimit = 1000
      policy.window = .seconds(300)
    }
    for _ in 0..<1200 {
      chance.second(alphabet: "+++xw")
      if Int.random(in: 0..<200, using: &chance.generator) == 0 {
        chance.acknowledgedAt.append(chance.timeline.second)
        chance.timeline.feed(.changed(.acknowledge, actor: "kit@ops1"))
      }
    }
    let failovers = chance.timeline.executed.filter { if case .failover = $0.request { true } else { false } }
    let shifts = chance.timeline.executed.filter { if case .shift = $0.request { true } else { false } }
    for deeds in [failovers, shifts] {
      for (one, next) in zip(deeds, deeds.dropFirst()) where next.second - one.second < 300 {
        let acknowledged = chance.acknowledgedAt.contains { (one.second...next.second).contains($0) }
        #expect(acknowledged, "\(one) and \(next) without a person between them")
      }
    }
    #expect(!failovers.isEmpty, "a world like this must come to a failover")
  }

  @Test(arguments: 0..<10)
  func nothingIsEverDoneOfWhatIsUnknownOrWhilePaused(seed: Int) {
    var unknown = Chance(seed: seed)
    for _ in 0..<300 { unknown.second(alphabet: "++1nl?.") }
    #expect(unknown.timeline.executed.isEmpty)
    var paused = Chance(seed: seed)
    paused.timeline.feed(.changed(.pause, actor: "kit@ops1"))
    for _ in 0..<300 {
      paused.second()
      paused.circumstances()
      #expect(paused.timeline.machine.memory.pausedBy == "kit@ops1")
    }
    #expect(paused.timeline.executed.isEmpty)
  }

  @Test(arguments: 0..<10)
  func whoIsCutOffDoesNothing(seed: Int) {
    var chance = Chance(seed: seed)
    for _ in 0..<5 { chance.second(alphabet: "+") }
    chance.letters = ["?", "x"]
    for _ in 0..<300 {
      // Whatever fails, and however it comes to fail: nothing healthy is seen anywhere.
      chance.second(alphabet: "xwn?")
      #expect(chance.timeline.executed.isEmpty)
      #expect(chance.timeline.machine.phase == .cutOff)
    }
  }

  @Test(arguments: [Automation.manual, .advise, .paused])
  func onlyAutomaticActs(automation: Automation) {
    var chance = Chance(seed: 7) { policy, _ in policy.automation = automation }
    for _ in 0..<600 { chance.second() }
    #expect(chance.timeline.executed.isEmpty)
    #expect(chance.timeline.proposed.isEmpty == (automation != .advise))
  }

  /// Whatever came before, a primary that is lost for good is failed over in time.
  @Test(arguments: 0..<24)
  func whatMustBeDoneIsDoneInTime(seed: Int) {
    var chance = Chance(seed: seed) { policy, generator in
      policy.fencing = .lease
      policy.rpo = .seconds(60)
      policy.confirmation = .seconds(Int.random(in: 0...8, using: &generator))
      policy.countdown = .seconds(Int.random(in: 0...8, using: &generator))
    }
    let policy = chance.timeline.machine.policy
    for _ in 0..<Int.random(in: 10...80, using: &chance.generator) { chance.second(alphabet: "++++1?.l") }
    // Well for so long that nothing of it counts any more.
    for _ in 0..<70 { chance.timeline.step(["+", "+"]) }
    let letter = "xwd".randomElement(using: &chance.generator) ?? "x"
    let stale = letter == "d" ? 4 : 0
    let bound = Int((policy.confirmation + policy.countdown).components.seconds) + stale + 1
    let refusals = Int.random(in: 0...3, using: &chance.generator)
    let begin = chance.timeline.second
    for second in 0..<(bound + 40) {
      chance.timeline.refusing = chance.timeline.executed.count < refusals ? "the provider is away" : nil
      chance.timeline.step([letter, "+"])
      if second == bound { #expect(!chance.timeline.executed.isEmpty, "\(letter), \(policy)") }
    }
    #expect(chance.timeline.executed.count == refusals + 1)
    #expect(chance.timeline.primary == Timeline.azure)
    // Each refusal is followed by another attempt after 1, 2, 4 s.
    let last = chance.timeline.executed.last?.second ?? .max
    #expect(last - begin <= bound + [0, 1, 3, 7][refusals] + refusals)
  }
}
