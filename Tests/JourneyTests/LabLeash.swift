import Synchronization
import TestSupport

/// Takes a lab down when its test's process ends, however that ends: a lab outlives whoever brought it up.
final class LabLeash: Sendable {
  private let process = Mutex<ChildProcess?>(nil)

  func hold(_ directory: String) {
    let script = #"trap '"$0" lab down --directory "$1"; exit' TERM; while :; do sleep 1 & wait $!; done"#
    let child = ChildProcess(["sh", "-c", script, Program.signalbox, directory], signal: "TERM")
    process.withLock { $0 = child }
  }
}
