import Operations
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
}
