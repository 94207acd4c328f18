import Operations

extension RoleControl {
  /// Makes all that a lease needs and disarms it again: the first arming takes long on a busy machine, and a lease that
  /// is meant to be short must not have ended by then.
  func warmLease(_ generation: Generation) async throws {
    _ = try await renewLease(generation: generation, for: .seconds(600))
    try await releaseLease(generation: generation)
  }
}
