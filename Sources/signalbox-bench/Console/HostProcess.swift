import Glibc

/// `signalbox run`: a host that consoles attach to.
final class HostProcess {
  let child: Child

  /// Returns when it answers.
  init(signalbox: String, configuration: String, scratch: Scratch) throws {
    child = try Child([signalbox, "run", "--config", configuration], files: .log(scratch.file("host.log")))
    let log = scratch.file("host.log")
    for _ in 0..<1000 {
      if ProcessFiles.text(log).contains("serving") { return }
      usleep(10_000)
    }
    throw BenchError("the host did not begin to serve: \(ProcessFiles.text(log))")
  }
}
