import Operations
import Yams

extension ConfigurationLoader {
  static func recordSet(_ section: ConfigurationSection) throws -> Configuration.RecordSet {
    let powerDNS = try section.section("powerdns")
    let recordSet = Configuration.RecordSet(
      name: try section.string("name"),
      ttl: try section.duration("ttl", in: .seconds(1)...(.seconds(86_400)), default: .seconds(60)),
      servers: try section.strings("servers"),
      powerDNS: Configuration.PowerDNS(
        url: try powerDNS.string("url"),
        server: try powerDNS.optionalString("server") ?? "localhost",
        zone: try powerDNS.string("zone"),
        apiKey: try powerDNS.secret("api-key"),
        certificateAuthority: try powerDNS.optionalString("certificate-authority"),
        timeout: try powerDNS.duration("timeout", in: .milliseconds(50)...(.seconds(60)), default: .seconds(5))))
    try powerDNS.finish()
    try section.finish()
    return recordSet
  }

  static func probing(_ section: ConfigurationSection?) throws -> Configuration.Probing {
    let section = try section ?? ConfigurationSection([:], file: "", path: "probing")
    let quorum = try section.optionalSection("quorum")
    let probing = Configuration.Probing(
      path: try section.optionalString("path") ?? "/ready",
      interval: try section.duration("interval", in: .milliseconds(100)...(.seconds(300)), default: .seconds(1)),
      jitter: try section.optionalNumber("jitter", in: 0...0.5) ?? 0.1,
      timeout: try section.duration("timeout", in: .milliseconds(50)...(.seconds(60)), default: .milliseconds(600)),
      failures: try section.int("failures", in: 1...10, default: 3),
      successes: try section.int("successes", in: 1...10, default: 2),
      quorumVantages: try quorum?.int("vantages", in: 1...99, default: 1) ?? 1,
      quorumNetworks: try quorum?.int("networks", in: 1...99, default: 1) ?? 1,
      degradedLatency: try section.duration(
        "degraded-latency", in: .milliseconds(1)...(.seconds(60)), default: .milliseconds(500)),
      latencyWindow: try section.duration("window", in: .seconds(5)...(.seconds(3600)), default: .seconds(60)))
    try quorum?.finish()
    try section.finish()
    return probing
  }

  static func vantages(_ sections: [ConfigurationSection]) throws -> [Configuration.Vantage] {
    guard !sections.isEmpty else {
      return [Configuration.Vantage(id: VantageID("direct"), network: "host", proxy: nil)]
    }
    return try sections.map { section in
      let vantage = Configuration.Vantage(
        id: VantageID(try section.string("id")), network: try section.string("network"),
        proxy: try section.optionalString("proxy"))
      if let proxy = vantage.proxy,
        !["socks5h://", "socks5://", "http://", "https://"].contains(where: proxy.hasPrefix)
      {
        throw section.fail("proxy", "must begin with socks5h://, socks5://, http:// or https://")
      }
      try section.finish()
      return vantage
    }
  }

  static func cloud(_ section: ConfigurationSection) throws -> Configuration.Cloud {
    let balancer = try section.optionalSection("load-balancer")
    let authority = try section.optionalString("certificate-authority")
    let cloud = Configuration.Cloud(
      id: CloudID(try section.string("id")),
      region: try section.optionalString("region") ?? "",
      address: try section.string("address"),
      url: try url(section, "url"),
      certificateAuthority: authority,
      capacityPerTarget: try section.optionalNumber("capacity-per-target", in: 0.001...1e9),
      haproxy: try balancer.flatMap { try haproxy($0.section("haproxy"), authority: authority) },
      database: try section.optionalSection("database").map(database))
    try balancer?.finish()
    try section.finish()
    return cloud
  }

  private static func haproxy(_ section: ConfigurationSection, authority: String?) throws -> Configuration.HAProxy {
    let haproxy = Configuration.HAProxy(
      url: try url(section, "url"),
      backend: try section.string("backend"),
      user: try section.optionalString("user"),
      password: try section.optionalSecret("password"),
      certificateAuthority: try section.optionalString("certificate-authority") ?? authority)
    try section.finish()
    return haproxy
  }

  private static func database(_ section: ConfigurationSection) throws -> Configuration.Database {
    let database = Configuration.Database(
      host: try section.string("host"),
      port: try section.int("port", in: 1...65_535, default: 5432),
      name: try section.string("name"),
      user: try section.string("user"),
      password: try section.secret("password"),
      applicationRole: try section.string("application-role"),
      certificateAuthority: try section.optionalString("certificate-authority"))
    try section.finish()
    return database
  }

  static func interlocks(_ section: ConfigurationSection?) throws -> Configuration.Interlocks {
    let section = try section ?? ConfigurationSection([:], file: "", path: "interlocks")
    let interlocks = Configuration.Interlocks(
      minimumInterval: try section.duration(
        "minimum-interval", in: .zero...(.seconds(3600)), default: .seconds(10)),
      headroom: try section.optionalNumber("headroom", in: 0...0.9) ?? 0.1)
    try section.finish()
    return interlocks
  }

  private static func url(_ section: ConfigurationSection, _ key: String) throws -> String {
    let text = try section.string(key)
    guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
      throw section.fail(key, "must begin with https:// or http://")
    }
    return text
  }
}
