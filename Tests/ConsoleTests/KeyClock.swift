import Operations
import Synchronization

/// The time at which keys of the tests are pressed. It only grows, so tests that run side by side may share it.
enum KeyClock {
  static let shared = Mutex(SnapshotFixture.now)
}
