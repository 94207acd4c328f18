import Operations
import Simulation

/// A controller's way to the control plane of the DNS.
struct RecordLine: RecordSetProvider {
  let life: Life

  var name: String { "simulated DNS" }

  private var names: NameService { life.world.names }

  func read() async throws -> RecordSetState {
    try await call { [names] in
      if names.has(.throttles) { throw RecordSetError.provider("simulated DNS: 429, too many requests") }
      return try await names.records.read()
    }
  }

  func replace(_ expected: Weights, with weights: Weights, generation: Generation) async throws {
    try await call { [names, life] in
      if names.has(.throttles) { throw RecordSetError.provider("simulated DNS: 429, too many requests") }
      if names.has(.ignoresWrites) { return life.world.note(.writeIgnored(generation)) }
      let before = names.standing
      defer { life.world.weighed(before, under: generation, by: life.controller.index) }
      if life.world.mutation == .acceptsStaleWrites, before.generation > generation || before.weights != expected {
        return names.records.overwrite(weights)
      }
      if names.has(.halfApplies), before.weights == expected, before.generation < generation {
        names.records.overwrite(NameService.half(expected, weights))
        throw RecordSetError.provider("simulated DNS: 500 in the middle of it")
      }
      if life.world.mutation == .writesInTwoRequests, before.weights == expected {
        names.records.overwrite(Weights(weights.entries.map { .init(cloud: $0.cloud, weight: 0) }))
        life.world.after(.milliseconds(80), .propagate) { names.records.overwrite(weights) }
        return
      }
      try await names.records.replace(expected, with: weights, generation: generation)
      if names.has(.losesAnswers) { throw RecordSetError.provider("simulated DNS: the answer got lost") }
    }
  }

  private func call<Value: Sendable>(_ serve: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await Line(world: life.world, process: life.process, place: .dns).call(
      within: .seconds(3), silence: RecordSetError.provider("simulated DNS: no answer"), serve)
  }
}

extension World {
  /// Tells of a change, and lets the servers answer by it a moment later.
  func weighed(_ before: RecordSetState, under generation: Generation?, by controller: Int?) {
    let after = names.standing
    guard after != before else { return }
    note(.weighed(from: before, to: after, under: generation, by: controller))
    self.after(chance.network.between(.milliseconds(10), .milliseconds(400)), .propagate) { [names] in names.publish() }
  }
}
