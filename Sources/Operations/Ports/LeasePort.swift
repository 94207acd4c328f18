/// The right to move levers, held by one host at a time.
public protocol LeasePort: Sendable {
  /// `lock beside the journal`, `etcd 127.0.0.1:2379`.
  var name: String { get }

  /// Takes the lease if it is free; nil when somebody else holds it.
  ///
  /// - Throws: ``HostError/failed(_:)`` when it cannot be told.
  func acquire(holder: String) async throws -> (any HeldLease)?

  /// Who holds it now; nil when nobody does or it cannot be told.
  func holder() async -> String?
}

/// A lease that was acquired. It is lost when its process dies, when it is not renewed in time, or when it is taken away.
public protocol HeldLease: Sendable {
  /// Grows with every holder; fences whoever held it before. Nil where the lease has no such number.
  var fence: Generation? { get }

  /// Whether it stands now. A lease whose renewal is late does not, even before the other side says so.
  var stands: Bool { get }

  /// Asks the other side once more, right before a mutation. Where it does not answer, ``stands`` decides.
  ///
  /// - Returns: why the lease does not stand, for a person; nil while it does.
  func recheck() async -> String?

  /// What a holder left for those after it, and nobody has taken back; nil where there is nothing.
  ///
  /// - Throws: ``HostError/failed(_:)`` when it cannot be told.
  func word() async throws -> String?

  /// Leaves a word that outlives this holding, however it ends; nil takes back what stands.
  ///
  /// - Throws: ``HostError/failed(_:)`` when it may not be kept, or when the lease is not ours any more.
  func leave(_ word: String?) async throws

  /// Gives it back. Not to be used again.
  func release() async
}
