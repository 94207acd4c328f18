/// A weighted record set as its provider holds it.
public struct RecordSetState: Sendable, Equatable {
  public var weights: Weights
  public var ttl: Duration
  /// The highest generation that was written.
  public var generation: Generation

  public init(weights: Weights, ttl: Duration, generation: Generation) {
    self.weights = weights
    self.ttl = ttl
    self.generation = generation
  }
}

/// The control plane of the DNS: reads and replaces the weights of one record set.
public protocol RecordSetProvider: Sendable {
  /// As an operator names it: `PowerDNS`.
  var name: String { get }

  func read() async throws -> RecordSetState

  /// Replaces the weights if what stands still equals `expected`, and `generation` is newer than what stands.
  ///
  /// - Throws: ``RecordSetError/conflict(standing:)`` when something else stands; nothing was written then.
  func replace(_ expected: Weights, with weights: Weights, generation: Generation) async throws
}

/// Why the record set could not be read or written.
public enum RecordSetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Another writer was first, or the writer is behind.
  case conflict(standing: RecordSetState)
  /// The provider refused or could not be reached; nothing may be assumed about a write.
  case provider(String)

  public var description: String {
    switch self {
    case .conflict(let standing):
      "the record set has changed: \(standing.weights) stands at generation \(standing.generation)"
    case .provider(let reason): reason
    }
  }
}
