public import Operations
import Synchronization

/// An application in memory that tells its release.
public final class SimulatedRelease: ReleaseObserver {
  public enum Failure: Error, Sendable, Equatable { case unreachable, namesNone }

  private let told: Mutex<Result<String, Failure>>

  public init(_ release: String) { told = Mutex(.success(release)) }

  /// - Parameter release: empty for an application that answers and names none.
  public func set(_ release: String) {
    told.withLock { $0 = release.isEmpty ? .failure(.namesNone) : .success(release) }
  }

  /// It answers nobody until a release is set again.
  public func fail() { told.withLock { $0 = .failure(.unreachable) } }

  public func release() async throws -> String { try told.withLock { try $0.get() } }
}
