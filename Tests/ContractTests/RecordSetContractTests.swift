import DNSAdapter
import HTTPAdapter
import Operations
import Simulation
import TestSupport
import Testing

/// What every weighted record set promises, tried on PowerDNS and on the simulation.
@Suite struct RecordSetContractTests {
  enum Kind: CaseIterable, Sendable { case powerDNS, simulation }

  private static let aws = CloudID("aws")
  private static let azure = CloudID("azure")

  private static func weights(_ aws: Int, _ azure: Int) -> Weights { Weights([(Self.aws, aws), (Self.azure, azure)]) }

  /// A provider on which 50/50 stands, and a sampler of its answers.
  private func withProvider(
    _ kind: Kind, _ body: (any RecordSetProvider, any AnswerSampler) async throws -> Void
  ) async throws {
    switch kind {
    case .simulation:
      let recordSet = SimulatedRecordSet(weights: Self.weights(50, 50))
      try await body(recordSet, SimulatedAnswers(of: recordSet, seed: 1))
    case .powerDNS:
      let server = await PowerDNSServer()
      defer { server.stop() }
      let provider = try server.provider()
      try await provider.create(Self.weights(50, 50))
      let sampler = AuthoritativeSampler(
        name: "app.example.test", servers: [server.server], addresses: PowerDNSServer.addresses, timeout: .seconds(10))
      try await body(provider, sampler)
    }
  }

  @Test(arguments: Kind.allCases)
  func aReplacementStandsAndIsAnswered(kind: Kind) async throws {
    try await withProvider(kind) { provider, sampler in
      let before = try await provider.read()
      try await provider.replace(before.weights, with: Self.weights(90, 10), generation: before.generation.next)
      let after = try await provider.read()
      #expect(after.weights == Self.weights(90, 10))
      #expect(after.generation == before.generation.next)
      let sample = await sampler.sample(400)
      // Five standard deviations about 360.
      #expect((330...390).contains(sample.countByCloud[Self.aws] ?? 0))
      #expect(sample.servers.filter { !$0.answering }.isEmpty)
    }
  }

  @Test(arguments: Kind.allCases)
  func whoeverExpectsOtherWeightsIsRefused(kind: Kind) async throws {
    try await withProvider(kind) { provider, _ in
      let before = try await provider.read()
      await #expect(throws: RecordSetError.conflict(standing: before)) {
        try await provider.replace(Self.weights(1, 2), with: Self.weights(90, 10), generation: before.generation.next)
      }
      #expect(try await provider.read() == before)
    }
  }

  @Test(arguments: Kind.allCases)
  func aStaleGenerationIsRefused(kind: Kind) async throws {
    try await withProvider(kind) { provider, _ in
      let before = try await provider.read()
      await #expect(throws: RecordSetError.conflict(standing: before)) {
        try await provider.replace(before.weights, with: Self.weights(90, 10), generation: before.generation)
      }
      #expect(try await provider.read() == before)
    }
  }

  @Test(arguments: Kind.allCases)
  func aWeightOfZeroIsNeverAnswered(kind: Kind) async throws {
    try await withProvider(kind) { provider, sampler in
      let before = try await provider.read()
      try await provider.replace(before.weights, with: Self.weights(0, 100), generation: before.generation.next)
      let sample = await sampler.sample(200)
      #expect(sample.countByCloud[Self.aws] == nil)
      #expect(sample.countByCloud[Self.azure] == 200)
    }
  }

  @Test(arguments: Kind.allCases)
  func theRecordSetIsNeverEmptied(kind: Kind) async throws {
    try await withProvider(kind) { provider, _ in
      let before = try await provider.read()
      await #expect(throws: RecordSetError.self) {
        try await provider.replace(before.weights, with: Self.weights(0, 0), generation: before.generation.next)
      }
      #expect(try await provider.read() == before)
    }
  }
}
