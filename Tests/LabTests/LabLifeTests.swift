import FoundationEssentials
import Glibc
import HTTPAdapter
@testable import Lab
import TestSupport
import Testing

/// How labs come and go.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct LabLifeTests {
  @Test func twoLabsRunSideBySideAndOneDiesWithItsSupervisorFrozenOrNot() async throws {
    let first = RunningLab()
    let second = RunningLab()
    async let one: Void = first.up("--instances", "1")
    async let two: Void = second.up("--instances", "1")
    _ = try await (one, two)
    let view = try await OutsideView(second)
    let dying = try await first.status()
    #expect(dying.network != view.status.network)
    #expect(await first.command("fault", "freeze-database", "azure").status == 0)
    kill(pid_t(dying.supervisor.pid), SIGKILL)
    #expect(await eventually { first.processes().isEmpty })
    #expect(try await view.get("/ready", from: "azure")?.status == 200)

    let after = await first.command("status")
    #expect(after.status == 1)
    #expect(after.output.contains("no lab runs here"), "\(after.output)")
    try await first.up("--instances", "1")
    #expect(try await OutsideView(first).get("/ready", from: "aws")?.status == 200)
    for lab in [first, second] {
      #expect(await lab.command("down").status == 0)
      #expect(lab.processes() == [])
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: first.path)
    #expect(Set(left).isSubset(of: [".signalbox-lab", "logs", "logs.previous"]), "\(left)")
  }

  @Test func aLabWhoseGuardDiedTooIsCleanedUpByTheNext() async throws {
    let lab = RunningLab()
    try await lab.up("--instances", "1")
    let status = try await lab.status()
    #expect(await lab.command("fault", "freeze-database", "aws").status == 0)
    _ = await RunningLab.run([
      "sh", "-c", "kill -9 $(pgrep -f \"lab guard --directory $1\") $2", "sh", lab.path,
      String(status.supervisor.pid),
    ])
    // Stopped backends are what nobody was left to kill.
    #expect(!lab.processes().isEmpty)
    try await lab.up("--instances", "1")
    #expect(try await OutsideView(lab).get("/ready", from: "aws")?.status == 200)
    #expect(await lab.command("down").status == 0)
    #expect(lab.processes() == [])
  }

  /// What it tells is of databases that are gone.
  @Test func aNewLabBeginsANewJournalAndKeepsTheLastOne() throws {
    let home = TemporaryDirectory("signalbox-lab-journal")
    let directory = LabDirectory(home.path)
    for end in ["", "-wal", ".lease.word"] {
      try "old\(end)".write(toFile: home.path + "/journal.sqlite" + end, atomically: true, encoding: .utf8)
    }
    directory.setJournalAside()
    let left = try FileManager.default.contentsOfDirectory(atPath: home.path).sorted()
    #expect(left == ["journal.before.sqlite", "journal.before.sqlite-wal"])
    directory.setJournalAside()
    let still = try FileManager.default.contentsOfDirectory(atPath: home.path)
    #expect(still.count == 2, "a directory without a journal keeps what it has")
  }

  @Test func aFolderThatIsNoLabIsLeftAlone() async throws {
    let lab = RunningLab()
    _ = lab.directory.write("precious", to: "lab")
    let onFile = await lab.command("up")
    #expect(onFile.status == 1)
    #expect(onFile.output.contains("no folder"), "\(onFile.output)")
    let parent = await RunningLab.run([RunningLab.program, "lab", "up", "--directory", lab.directory.path])
    #expect(parent.status == 1)
    #expect(parent.output.contains("it is not empty"), "\(parent.output)")
    #expect(try String(contentsOfFile: lab.path, encoding: .utf8) == "precious")
  }

  @Test func aFailedStartNamesThePartAndLeavesNothing() async throws {
    let lab = RunningLab()
    let octet = 201
    // Somebody sits on an address that a second lab's first look does not cover.
    let blocker = InternetSocket.listener("127.\(octet).1.102", 8000, backlog: 1)
    try #require(blocker >= 0)
    defer { close(blocker) }
    let result = await lab.command("up", "--network", String(octet), "--instances", "2")
    #expect(result.status == 1)
    #expect(result.output.contains("aws"), "\(result.output)")
    #expect(lab.processes() == [])
  }

  @Test(.enabled(if: geteuid() == 0, "an ordinary user runs every other test"))
  func anOrdinaryUserHasALabOfTheirOwn() async throws {
    let lab = RunningLab()
    chmod(lab.directory.path, 0o777)
    let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    // Where the build is closed to others there is nothing an ordinary user could run.
    try #require(await RunningLab.run(user + ["test", "-x", RunningLab.program]).status == 0)
    let command = user + [RunningLab.program, "lab"]
    let up = await RunningLab.run(command + ["up", "--directory", lab.path, "--instances", "1"])
    #expect(up.status == 0, "\(up.output)")
    let status = try await lab.status()
    let owner = await RunningLab.run(["stat", "-c", "%u", "/proc/\(status.clouds[0].database.pid ?? 0)"])
    #expect(owner.output == "65534\n")
    let down = await RunningLab.run(command + ["down", "--directory", lab.path])
    #expect(down.status == 0, "\(down.output)")
    #expect(lab.processes() == [])
  }
}
