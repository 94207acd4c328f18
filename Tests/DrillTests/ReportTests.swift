import FoundationEssentials
import Operations
import Testing

@testable import Drill

@Suite struct ReportTests {
  private let one = Fixture.report([Fixture.cloudLoss()])
  private let several = Fixture.report([
    Fixture.cloudLoss(), Fixture.cloudLoss(delay: 1.5), Fixture.cloudLoss(delay: 0.2),
  ])

  @Test func markdownOfOneRun() throws { try Golden.check(MarkdownReport(one).text, "cloud-loss.md") }

  @Test func markdownOfSeveralRuns() throws { try Golden.check(MarkdownReport(several).text, "cloud-loss-3.md") }

  @Test func htmlOfOneRun() throws { try Golden.check(HTMLReport(one).text, "cloud-loss.html") }

  @Test func htmlOfSeveralRuns() throws { try Golden.check(HTMLReport(several).text, "cloud-loss-3.html") }

  @Test func jsonOfOneRun() throws { try Golden.check(try JSONReport(one).text(), "cloud-loss.json") }

  @Test func withoutUsersItSaysWhatWasNotMeasured() throws {
    var recording = Fixture.recording(.switchover)
    recording.plan = .make(.switchover, clouds: Fixture.clouds, settings: DrillSettings(users: 0), isLab: false)
    recording.sights = [
      Fixture.sight(1), Fixture.sight(26, operations: [Fixture.failover(endedAt: 25.9, actor: "kit")]),
    ]
    var report = Fixture.report([recording], .switchover)
    report.ground.lab = nil
    try Golden.check(MarkdownReport(report).text, "switchover-without-users.md")
    #expect(report.verdict == .incomplete)
  }

  @Test func jsonIsReadAgainAsItWasWritten() throws {
    let text = try JSONReport(several).text()
    let read = try JSONDecoder().decode(DrillReport.self, from: Data(text.utf8))
    // Through the text once more: the sums of floating point are rounded to what the text holds.
    #expect(try JSONReport(read).text() == text)
  }

  @Test func theVerdictFollowsTheAims() {
    #expect(one.verdict == .failed)
    var good = Fixture.cloudLoss()
    good.answers = good.answers.map { answer in
      var answer = answer
      if answer.atSeconds > 23.5 { answer.countByCloud = [Fixture.azure: 20] }
      return answer
    }
    #expect(Fixture.report([good]).verdict == .passed)
    good.sides = nil
    #expect(Fixture.report([good]).verdict == .incomplete)
  }

  @Test func theRunInWhichUsersWaitedLongestIsShown() { #expect(several.shown?.number == 2) }

  @Test func textFromOutsideDoesNotBecomeMarkup() {
    let html = HTMLReport(one).text
    #expect(!html.contains("<b>"))
    #expect(html.contains("&lt;b&gt;&amp;&quot;|&lt;/b&gt;"))
    #expect(MarkdownReport(one).text.contains("\\<b>&\"\\|\\</b>"))
  }

  @Test func htmlNeedsNothingFromElsewhere() {
    let html = HTMLReport(several).text
    for word in ["<script", "http://", "https://", "<link", "@import", "url(", "src="] {
      #expect(!html.contains(word), "\(word)")
    }
  }

  @Test func everyElementIsClosed() {
    let html = HTMLReport(several).text
    for tag in [
      "main", "table", "thead", "tbody", "tr", "td", "th", "svg", "figure", "figcaption", "text", "dl", "div", "p",
    ] {
      let opened = html.split(separator: "<").count { $0.hasPrefix("\(tag)>") || $0.hasPrefix("\(tag) ") }
      let closed = html.split(separator: "<").count { $0.hasPrefix("/\(tag)>") }
      #expect(opened == closed && opened > 0, "\(tag): \(opened) opened, \(closed) closed")
    }
  }

  @Test func otherNumbersOfUsersAreNotComparedWithTheOldReport() {
    #expect(one.latencies.allSatisfy { $0.reportedMilliseconds == nil })
    var recording = Fixture.cloudLoss()
    recording.plan.settings.users = 1000
    #expect(Fixture.report([recording]).latencies.map(\.reportedMilliseconds) == [150, 170])
  }

  @Test func filesAreNamedByDrillAndTime() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "drill-report-\(UInt64.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try ReportFiles(one).write(to: folder.path)
    #expect(
      files.map { $0.split(separator: "/").last } == [
        "cloud-loss-20261123-140207.md", "cloud-loss-20261123-140207.html", "cloud-loss-20261123-140207.json",
      ])
    #expect(try String(contentsOfFile: files[1], encoding: .utf8) == HTMLReport(one).text)
  }
}

@Suite struct ReportTextTests {
  @Test func numbers() {
    #expect(ReportText.number(3.14159, .seconds) == "3.14 s")
    #expect(ReportText.number(31.4159, .seconds) == "31.4 s")
    #expect(ReportText.number(0, .seconds) == "0.00 s")
    #expect(ReportText.number(4.25, .milliseconds) == "4.3 ms")
    #expect(ReportText.number(151.2, .milliseconds) == "151 ms")
    #expect(ReportText.number(1_234_567, .count) == "1,234,567")
    #expect(ReportText.grouped(-1000) == "-1,000")
    #expect(ReportText.offset(-0.04) == "+0.0 s")
    #expect(ReportText.offset(-10) == "−10.0 s")
    #expect(ReportText.offset(3.24) == "+3.2 s")
    #expect(ReportText.fixed(.infinity, 1) == "?")
    #expect(ReportText.setting(5) == "5 s")
    #expect(ReportText.setting(0.5) == "0.5 s")
  }

  @Test func aims() {
    #expect(ReportText.aim(DrillAim(.detection, atMost: 4)) == "≤ 4 s (worst)")
    #expect(ReportText.aim(DrillAim(.writeGap, atMost: 0.5, .median)) == "≤ 0.5 s (median)")
    #expect(ReportText.aim(DrillAim(.lostRows, atMost: 0)) == "0 (worst)")
  }

  @Test(arguments: [
    (0.0...10.0, [0.0, 2, 4, 6, 8, 10]), (0...1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-20...35, [-20, 0, 20]),
  ]) func ticksAreRound(range: ClosedRange<Double>, expected: [Double]) {
    let ticks = Plot.ticks(range, about: expected.count > 3 ? 5 : 3)
    #expect(zip(ticks, expected).allSatisfy { abs($0 - $1) < 1e-9 } && ticks.count == expected.count, "\(ticks)")
  }

  @Test func aRangeWithoutLengthHasOneTick() { #expect(Plot.ticks(3...3, about: 5) == [3]) }
}
