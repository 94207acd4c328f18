import Glibc

/// Debian's prometheus-blackbox-exporter.
final class BlackboxExporter {
  private let scratch: Scratch
  private let child: Child
  let address: String
  let version: String

  var pid: pid_t { child.pid }

  init(network: Int) throws {
    let program = try Programs.system("prometheus-blackbox-exporter", package: "prometheus-blackbox-exporter")
    scratch = try Scratch()
    let configuration = """
      modules:
        http_2xx:
          prober: http
          timeout: 5s
          http:
            preferred_ip_protocol: ip4

      """
    let file = try scratch.write(configuration, to: "blackbox.yml")
    let host = "127.\(network).255.1"
    address = "\(host):9115"
    // Its version goes to standard error.
    version =
      try Tool.output(["/bin/sh", "-c", "exec \(program) --version 2>&1"], log: scratch.file("version.log"))
      .split(separator: " ").drop { $0 != "version" }.dropFirst().first.map(String.init) ?? ""
    child = try Child(
      [program, "--config.file=\(file)", "--web.listen-address=\(address)", "--log.level=error"],
      files: .log(scratch.file("exporter.log")))
    try Ports.wait(address: host, port: 9115)
  }
}
