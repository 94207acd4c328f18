import FoundationEssentials
import TestSupport
import Testing

/// A lab with users, brought up once for the suite.
struct JourneyLab: Sendable {
  @TaskLocal static var shared: JourneyLab?

  // Let go of before the directory is.
  private let leash = LabLeash()
  let directory = TemporaryDirectory("sbx-journey")
  var path: String { directory.path + "/lab" }
  var configuration: String { path + "/signalbox.yaml" }

  /// The control socket that the configuration names.
  var socket: String {
    let text = (try? String(contentsOfFile: configuration, encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("control-socket: ") } ?? ""
    return String(line.dropFirst("control-socket: ".count))
  }

  static func current() throws -> JourneyLab { try #require(shared) }

  @discardableResult
  func lab(_ words: String...) async throws -> String {
    let result = await Program.run([Program.signalbox, "lab"] + words + ["--directory", path])
    try #require(result.status == 0, "lab \(words): \(result.output)")
    return result.output
  }

  func up(_ options: [String]) async throws {
    let result = await Program.run([Program.signalbox, "lab", "up", "--directory", path] + options)
    try #require(result.status == 0, "lab up: \(result.output)")
    leash.hold(path)
  }

  /// Runs a command on the lab's configuration.
  func signalbox(_ words: String...) async -> (status: Int32, output: String) {
    await Program.run([Program.signalbox] + words + ["--config", configuration])
  }

  func status() async throws -> Status {
    let result = await signalbox("status", "--format", "json")
    try #require(result.status == 0, "\(result.output)")
    return try JSONDecoder().decode(Status.self, from: Data(result.output.utf8))
  }

  /// What is read of `status --format json`.
  struct Status: Decodable {
    struct Cloud: Decodable {
      struct Weight: Decodable {
        var configured: Int?
        var observedShare: Double?
      }

      var id: String
      var health: String
      var reasons: [String]
      var weight: Weight
    }

    var clouds: [Cloud]

    func cloud(_ id: String) -> Cloud? { clouds.first { $0.id == id } }
  }
}

/// Brings the lab up for the suite, and down after it.
struct JourneyLabTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let lab = JourneyLab()
    try await lab.up(["--instances", "2", "--ttl", "2", "--users", "40"])
    do {
      try await JourneyLab.$shared.withValue(lab) { try await function() }
    } catch {
      try await lab.lab("down")
      throw error
    }
    try await lab.lab("down")
  }
}

extension Trait where Self == JourneyLabTrait {
  static var journeyLab: Self { Self() }
}
