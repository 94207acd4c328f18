import Operations

extension ConfigurationLoader {
  static func lease(_ section: ConfigurationSection?, service: String) throws -> Configuration.Lease {
    guard let section else { return Configuration.Lease(etcd: nil) }
    let lease = Configuration.Lease(
      etcd: try section.optionalSection("etcd").map { try etcd($0, service: service) })
    try section.finish()
    return lease
  }

  private static func etcd(_ section: ConfigurationSection, service: String) throws -> Configuration.Etcd {
    let etcd = Configuration.Etcd(
      endpoints: try section.strings("endpoints"),
      key: try section.optionalString("key") ?? "signalbox/\(service)",
      timeToLive: try section.duration("ttl", in: .seconds(3)...(.seconds(300)), default: .seconds(15)),
      lockDelay: try section.duration("lock-delay", in: .zero...(.seconds(300)), default: .seconds(15)),
      timeout: try section.duration("timeout", in: .milliseconds(50)...(.seconds(10)), default: .seconds(1)),
      user: try section.optionalString("user"), password: try section.optionalSecret("password"),
      certificateAuthority: try section.optionalString("certificate-authority"),
      clientCertificate: try clientCertificate(section))
    try section.finish()
    try check(etcd, in: section)
    return etcd
  }

  private static func clientCertificate(
    _ section: ConfigurationSection
  ) throws -> Configuration.Etcd.ClientCertificate? {
    switch (try section.optionalString("client-certificate"), try section.optionalString("client-key")) {
    case (nil, nil): return nil
    case (let certificate?, let key?): return .init(certificate: certificate, key: key)
    case (let certificate, _):
      throw section.fail(
        certificate == nil ? "client-certificate" : "client-key",
        "client-certificate and client-key belong together; give both, of one file if it holds both")
    }
  }

  private static func check(_ etcd: Configuration.Etcd, in section: ConfigurationSection) throws {
    var seen: Set<String> = []
    for endpoint in etcd.endpoints {
      guard endpoint.hasPrefix("https://") || endpoint.hasPrefix("http://") else {
        throw section.fail("endpoints", "each must begin with https:// or http://")
      }
      guard !endpoint.contains("@") else {
        throw section.fail("endpoints", "must not hold a user or password; give user and password of their own")
      }
      guard seen.insert(endpoint).inserted else { throw section.fail("endpoints", "\(endpoint) stands twice") }
      guard etcd.user == nil || endpoint.hasPrefix("https://") else {
        throw section.fail("endpoints", "the password would go to \(endpoint) in the clear; use https://")
      }
    }
    guard (etcd.user == nil) == (etcd.password == nil) else {
      throw section.fail(etcd.user == nil ? "password" : "user", "user and password belong together; give both")
    }
    guard etcd.timeToLive.components.attoseconds == 0 else {
      throw section.fail("ttl", "must be whole seconds; etcd counts no others")
    }
    // A renewal that is asked of each member in turn must have a chance to succeed.
    let round = etcd.timeout * etcd.endpoints.count
    guard round * 2 <= etcd.timeToLive else {
      throw section.fail(
        "timeout",
        "asking \(etcd.endpoints.count) endpoints in turn may take \(DurationText.write(round)); it must be at most half "
          + "of ttl, \(DurationText.write(etcd.timeToLive))")
    }
  }
}
