import Testing

/// Brings one lab up for a whole suite, and takes it down after the last test.
struct LabTrait: SuiteTrait, TestScoping {
  func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void)
    async throws
  {
    let lab = RunningLab()
    try await lab.up("--instances", "2", "--ttl", "1", "--replication", "native")
    do {
      try await RunningLab.$shared.withValue(lab) { try await function() }
    } catch {
      await lab.command("down")
      throw error
    }
    let down = await lab.command("down")
    #expect(down.status == 0, "\(down.output)")
    let left = lab.processes()
    #expect(left.isEmpty, "\(left)")
  }
}

extension Trait where Self == LabTrait {
  static var lab: Self { Self() }
}
