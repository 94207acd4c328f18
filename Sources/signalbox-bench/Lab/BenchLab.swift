import Dispatch
import FoundationEssentials
import Glibc
import Lab

/// A lab of this run's own. It goes down with it, also on Ctrl-C.
final class BenchLab {
  private static let ends = [SIGINT, SIGTERM, SIGHUP]

  let status: LabStatus
  private let lab: Lab
  private let signals: [any DispatchSourceSignal]

  init(progress: (String) -> Void) throws {
    let directory = LabDirectory("/tmp/signalbox-bench-lab-\(getpid())")
    let lab = Lab(directory: directory)
    self.lab = lab
    signals = Self.endsWith(lab, Self.ends)
    progress("bringing up a lab")
    status = try blocking { try await Lab.up(LabSettings(directory: directory.path, users: 0)) { _ in } }
  }

  func inject(_ name: FaultName, _ cloud: String) throws {
    let lab = lab
    _ = try blocking { try await lab.inject(Fault(name: name, cloud: cloud)) }
  }

  func heal() throws {
    let lab = lab
    _ = try blocking { try await lab.heal(nil) }
  }

  private static func endsWith(_ lab: Lab, _ numbers: [Int32]) -> [any DispatchSourceSignal] {
    numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        remove(lab)
        exit(128 + number)
      }
      source.resume()
      return source
    }
  }

  private static func remove(_ lab: Lab) {
    _ = try? blocking { try await lab.down() }
    try? FileManager.default.removeItem(atPath: lab.directory.path)
  }

  deinit {
    Self.remove(lab)
    for signal in signals { signal.cancel() }
    for number in Self.ends { signal(number, SIG_DFL) }
  }
}
