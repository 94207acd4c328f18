import EtcdAdapter
import Glibc
import HTTPAdapter
import LeaseEngine
import Operations

/// A program for tests: takes a lease in etcd as soon as it can and writes what becomes of it, a line each, to standard
/// output. Arguments: the endpoint, the key, its own name, the time to live in seconds and the lock-delay in seconds.
@main struct LeaseHolder {
  static func main() async {
    let words = CommandLine.arguments
    guard words.count == 6, let ttl = Int(words[4]), let delay = Int(words[5]), let client = try? HTTPClient() else {
      exit(2)
    }
    let settings = EtcdSettings(endpoints: [words[1]], key: words[2])
    let lease = ExpiringLease(
      store: EtcdLeaseStore(settings: settings, client: client),
      settings: LeaseSettings(ttl: .seconds(ttl), lockDelay: .seconds(delay)), clock: ContinuousClock())
    say("pid \(getpid())")
    while true {
      if let held = try? await lease.acquire(holder: words[3]) {
        say("held \(held.fence?.description ?? "")")
        while held.stands { try? await Task.sleep(for: .milliseconds(5)) }
        say("lost \(await held.recheck() ?? "")")
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  private static func say(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(1, bytes, bytes.count)
  }
}
