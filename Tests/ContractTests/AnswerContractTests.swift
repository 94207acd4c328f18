import DNSAdapter
import HTTPAdapter
import Operations
import Simulation
import TestSupport
import Testing

/// What whoever samples answers promises, tried on real servers and on the simulation. That the shares are those of the
/// weights is in the record set's contract.
@Suite struct AnswerContractTests {
  enum Kind: CaseIterable, Sendable { case authoritative, simulation }

  private static let aws = CloudID("aws")
  private static let azure = CloudID("azure")

  private struct World {
    /// Knows the addresses of these clouds.
    var sampler: ([CloudID]) -> any AnswerSampler
    var silence: () -> Void
  }

  /// Servers that answer 50/50.
  private func withWorld(_ kind: Kind, _ body: (World) async throws -> Void) async throws {
    let weights = Weights([(Self.aws, 50), (Self.azure, 50)])
    switch kind {
    case .simulation:
      let recordSet = SimulatedRecordSet(weights: weights)
      let silenced = Flag()
      try await body(
        World(
          sampler: { clouds in
            let answers = SimulatedAnswers(of: recordSet, seed: 1, known: Set(clouds))
            if silenced.isRaised { answers.silence("no answer") }
            return answers
          }, silence: { silenced.raise() }))
    case .authoritative:
      let server = await PowerDNSServer()
      defer { server.stop() }
      let addresses = PowerDNSServer.addresses
      try await server.provider().create(weights)
      try await body(
        World(
          sampler: { clouds in
            AuthoritativeSampler(
              name: "app.example.test", servers: [server.server],
              addresses: addresses.filter { clouds.contains($0.cloud) }, timeout: .seconds(2))
          }, silence: { server.stop() }))
    }
  }

  @Test(arguments: Kind.allCases) func everyAnswerIsCountedOnce(kind: Kind) async throws {
    try await withWorld(kind) { world in
      let sample = await world.sampler([Self.aws, Self.azure]).sample(300)
      #expect(sample.total == 300 && sample.foreignCount == 0)
      // Five standard deviations about 150.
      #expect((107...193).contains(sample.countByCloud[Self.aws] ?? 0))
      #expect(sample.servers.count == 1 && sample.servers.allSatisfy { $0.answering && $0.reason.isEmpty })
    }
  }

  @Test(arguments: Kind.allCases) func anAddressOfNoCloudIsForeign(kind: Kind) async throws {
    try await withWorld(kind) { world in
      let sample = await world.sampler([Self.aws]).sample(300)
      #expect(sample.countByCloud[Self.azure] == nil)
      #expect(sample.foreignCount > 0 && sample.foreignCount + sample.total == 300)
    }
  }

  /// Unknown is never healthy: a server that is silent is named, and nothing is made up for it.
  @Test(arguments: Kind.allCases) func aSilentServerIsNamedWithItsReason(kind: Kind) async throws {
    try await withWorld(kind) { world in
      world.silence()
      let sample = await world.sampler([Self.aws, Self.azure]).sample(20)
      #expect(sample.total == 0 && sample.foreignCount == 0)
      #expect(sample.servers.count == 1 && sample.servers.allSatisfy { !$0.answering && !$0.reason.isEmpty })
    }
  }
}
