import FoundationEssentials
import Operations
import TestSupport
import Testing

/// What is told as a remedy can be typed as it stands.
@Suite struct CommandTests {
  static let requests: [SyncRequest] = {
    let id = LinkID("aws-azure")
    let tables = ["public.account"]
    return [
      .pause(id), .resume(id), .baseline(id, tables: []), .baseline(id, tables: tables), .verify(id, tables: tables),
      .repair(id, tables: tables), .reverse(id), .now(id), .reapply(id, conflict: 42),
    ]
  }()

  /// It gets as far as its configuration, which is not there.
  @Test(arguments: requests)
  func aRequestsCommandIsUnderstood(request: SyncRequest) async {
    let words = request.command.split(separator: " ").dropFirst().map(String.init)
    let missing = "/nonexistent/signalbox.yaml"
    let result = await Program.run([Program.signalbox] + words + ["--config", missing])
    #expect(result.output.contains(missing), "\(result.output)")
    let wrong = await Program.run([Program.signalbox] + words + ["--no-such-option", "--config", missing])
    #expect(wrong.status == 2 && !wrong.output.contains(missing), "\(wrong.output)")
  }

  @Test func theConfigurationOfALabIsLookedAtLast() async throws {
    let lab = TemporaryDirectory("sbx-usual")
    let bare = ["/usr/bin/env", "-u", "SIGNALBOX_CONFIG", "HOME=\(lab.path)", "SIGNALBOX_LAB=\(lab.path)"]
    let words = bare + [Program.signalbox, "status"]
    let none = await Program.run(words)
    #expect(none.status == 2 && none.output.contains("there is no configuration"), "\(none.output)")
    let file = lab.path + "/signalbox.yaml"
    try "service: []".write(toFile: file, atomically: true, encoding: .utf8)
    let found = await Program.run(words)
    #expect(found.status == 2 && found.output.contains(file), "\(found.output)")
    // Somebody else's would run commands of their choice; what a link leads to is as little the lab's own.
    try FileManager.default.moveItem(atPath: file, toPath: file + ".real")
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file + ".real")
    let linked = await Program.run(words)
    #expect(linked.output.contains("there is no configuration"), "\(linked.output)")
  }
}
