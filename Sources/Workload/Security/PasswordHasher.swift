internal import Dispatch
internal import Synchronization

/// Hashes passwords on a thread of its own, one at a time: logins wait for each other and for nobody else.
final class PasswordHasher: Sendable {
  /// Waiting logins beyond this are refused at once.
  static let limit = 64
  private let iterations: Int
  private let queue = DispatchQueue(label: "password-hashing")
  private let waiting = Mutex(0)
  private let decoy: PasswordHash?

  init(iterations: Int) {
    self.iterations = iterations
    decoy = PasswordHash(
      "$pbkdf2-sha256$i=\(iterations)$" + String(repeating: "A", count: 22) + "$" + String(repeating: "A", count: 43))
  }

  func hash(_ password: String) async throws -> String {
    let iterations = iterations
    return try await run { try PasswordHash(password: password, iterations: iterations).text }
  }

  /// - Parameter stored: nil for an account that does not exist; it takes as long, so that the time tells nothing.
  func matches(_ password: String, _ stored: String?) async throws -> Bool {
    guard let hash = stored.flatMap(PasswordHash.init) ?? decoy else { return false }
    return try await run { try hash.matches(password) } && stored != nil
  }

  private func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let isAdmitted = waiting.withLock { waiting in
      guard waiting < Self.limit else { return false }
      waiting += 1
      return true
    }
    guard isAdmitted else { throw Problem(.unavailable, "Too many people are logging in; try again shortly.") }
    defer { waiting.withLock { $0 -= 1 } }
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: body)) }
    }
  }
}
