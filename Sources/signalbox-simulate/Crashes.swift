import FailoverSimulation

/// Kills the host of each operation at every entry of its journal, in every way.
enum Crashes {
  /// - Returns: whether every operation came to the same end each time.
  static func run() -> Bool {
    var all = true
    for course in CrashCourse.allCases {
      let survey = CrashSurvey(course)
      print("\(course.rawValue): \(survey.deaths) deaths, \(survey.failures.count) other ends than “\(survey.end)”")
      if let first = survey.failures.first { print(first.story) }
      for failure in survey.failures { print("  \(failure.title)") }
      all = all && survey.failures.isEmpty
    }
    return all
  }
}
