/// One operation, and its host killed at every entry of its journal, in every way: the end must be the same.
public struct CrashSurvey: Sendable {
  public var course: CrashCourse
  /// What stands at the end.
  public var end = ""
  public var deaths = 0
  /// Where the end was another, with the story of how it came to that.
  public var failures: [(title: String, story: String)] = []

  /// - Parameter step: every so many entries only.
  public init(_ course: CrashCourse, every step: Int = 1, mutation: Mutation? = nil) {
    self.course = course
    let whole = CrashRun(course, nil, mutation)
    end = whole.end
    if let failure = whole.failure { failures.append(("\(course.rawValue): \(failure)", whole.story)) }
    for how in Disk.Death.allCases {
      var entry = 0
      while true {
        let run = CrashRun(course, (how, entry), mutation)
        guard run.hasDied else { break }
        deaths += 1
        let expected = run.hasBegun ? whole.end : whole.before
        if let failure = run.failure ?? (run.end == expected ? nil : "\(run.end), not \(expected)") {
          failures.append(("\(course.rawValue), killed writing entry \(entry + 1), \(how): \(failure)", run.story))
        }
        entry += step
      }
    }
  }
}

/// One run of a drill.
struct CrashRun {
  var before: String
  var end: String
  var hasBegun: Bool
  var hasDied: Bool
  var failure: String?
  var story: String

  init(_ course: CrashCourse, _ death: (how: Disk.Death, after: Int)?, _ mutation: Mutation?) {
    let world = World(.calm, mutation: mutation)
    let drill = CrashDrill(world, course, death)
    let outcome = Simulation(world, invariants: Invariant.all, ending: drill).run()
    before = drill.before
    hasBegun = drill.hasBegun
    hasDied = drill.hasDied
    end = outcome.end
    failure = outcome.violation.map(\.description)
    story = outcome.story
  }
}
