import Glibc
import PostgresReplication
import TestSupport
import Testing

/// A link's host in a process of its own, which is killed: what it had sent is still on its way then, and its sessions
/// learn of its end from the network.
actor HostProcess: LinkHost {
  nonisolated let name: String
  private let plan: HostPlan
  private let timeline: Timeline
  private let directory = TemporaryDirectory("signalbox-host")
  private var process: ChildProcess?
  private var reader: Task<Void, Never>?
  private var lives = 0
  private(set) var isUnderWay = false
  private(set) var lastFailure: String?
  private(set) var parked: [String: String] = [:]

  init(_ plan: HostPlan, name: String, timeline: Timeline) {
    self.plan = plan
    self.name = name
    self.timeline = timeline
  }

  func start() {
    lives += 1
    isUnderWay = false
    let log = "\(directory.path)/\(lives)"
    process = ChildProcess(
      [
        "env", "\(HostPlan.variable)=\(plan.text)", "/proc/\(getpid())/exe", "--testing-library", "swift-testing",
        "--filter", "HostProcessTests",
      ], log: log)
    reader = Task { await self.follow(log) }
  }

  func breakOff() async {
    await stop()
    timeline.note("\(name): killed")
    start()
  }

  func stop() async {
    process?.stop()
    process = nil
    reader?.cancel()
    await reader?.value
    reader = nil
  }

  private func follow(_ log: String) async {
    var read = 0
    while true {
      // What it wrote before it ended counts as well.
      let isLast = Task.isCancelled
      let lines = text(of: log).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      for line in lines.dropFirst(read) {
        if let news = HostNews(line: line) { took(news) }
      }
      read = lines.count
      if isLast { return }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  private func took(_ news: HostNews) {
    if news == .streams { isUnderWay = true }
    if case .failure(let text) = news { lastFailure = text }
    if case .parked(let table, let reason) = news { parked[table] = reason }
    timeline.took(news, from: name)
  }
}

/// Not a test: what ``HostProcess`` starts this program for.
@Suite struct HostProcessTests {
  @Test(.enabled(if: HostPlan.given != nil)) func hostProcess() async throws {
    let settings = try #require(HostPlan.given).settings
    let driver = HostPlan.driver(settings) { news in
      let line = news.line
      // At once, and whole: the process may be killed.
      _ = line.withCString { write(1, $0, line.utf8.count) }
    }
    await driver.start()
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}
