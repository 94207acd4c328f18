import FailoverSimulation
import Testing

/// A host is killed as it writes its journal, and the next one comes to the same end.
@Suite struct CrashTests {
  @Test(arguments: [
    (CrashCourse.switchover, "aws fenced; azure primary; weights 40/60; link from azure"),
    (.failoverOfLost, "aws primary; azure primary; weights 0/40; link from aws, paused"),
    (.rejoinThereAndBack, "aws primary; azure fenced; weights 40/0; link from aws"),
  ])
  func theEndIsTheSame(course: CrashCourse, end: String) {
    let survey = CrashSurvey(course, every: 9)
    #expect(survey.end == end)
    #expect(survey.deaths >= 4)
    for failure in survey.failures { Issue.record("\(failure.title)\n\(failure.story)") }
  }

  /// A step that a crash interrupted must be done, not taken for done.
  @Test func aStepThatIsSkippedAfterACrashShows() {
    #expect(!CrashSurvey(.evacuation, mutation: .skipsInterrupted).failures.isEmpty)
  }
}
