import Glibc

/// Web servers to probe: one process of HAProxy that answers at many addresses.
final class ProbeTargets {
  private let server: Child
  private let scratch: Scratch
  let count: Int
  let network: Int

  /// The second byte of the addresses, one of this process's own.
  static var freeNetwork: Int { 100 + Int(getpid()) % 100 }

  static func url(_ index: Int, network: Int) -> String {
    "http://127.\(network).\(index / 250).\(index % 250 + 1):8080/"
  }

  init(count: Int, network: Int) throws {
    self.count = count
    self.network = network
    scratch = try Scratch()
    let binds = (0..<count).map { "  bind \(Self.url($0, network: network).dropFirst(7).dropLast())" }
    let configuration = """
      global
        maxconn 4000
        nbthread 1
      defaults
        mode http
        timeout client 10s
        timeout connect 5s
        timeout server 10s
      frontend targets
      \(binds.joined(separator: "\n"))
        http-request return status 200 content-type text/plain string ok

      """
    let file = try scratch.write(configuration, to: "haproxy.cfg")
    let haproxy = try Programs.system("haproxy", package: "haproxy")
    server = try Child([haproxy, "-db", "-f", file], files: .log(scratch.file("haproxy.log")))
    try Ports.wait(address: "127.\(network).\((count - 1) / 250).\((count - 1) % 250 + 1)", port: 8080)
  }
}
