import Operations

extension ConfigurationLoader {
  static func replication(_ section: ConfigurationSection) throws -> Configuration.Replication {
    let source = CloudID(try section.string("source"))
    let target = CloudID(try section.string("target"))
    let mode = try section.choice("mode", default: ReplicationMode.stream)
    for key in ["interval", "timestamp-column"] where section.has(key) && mode != .snapshot {
      throw section.fail(key, "belongs to mode snapshot; mode \(mode.rawValue) carries changes as they commit")
    }
    if mode == .native {
      for key in ["keyless", "parallel-copies", "keep-conflicts"] where section.has(key) {
        throw section.fail(
          key, "does not apply to mode native: PostgreSQL's own subscription copies and applies by itself")
      }
    }
    if mode == .native || mode == .snapshot, section.has("decoding-memory") {
      throw section.fail("decoding-memory", "does not apply to mode \(mode.rawValue): it receives no changes")
    }
    if mode == .snapshot, section.has("log-alarm") {
      throw section.fail("log-alarm", "does not apply to mode snapshot: no log is kept for it")
    }
    if mode != .native, section.has("native") {
      throw section.fail(
        "native", "belongs to mode native; in mode \(mode.rawValue) the databases need not reach each other")
    }
    let native = try section.optionalSection("native")
    let usualLogAlarm = Int(ReplicationLinkSnapshot.usualLogAlarmBytes >> 20)
    let via = try section.optionalSection("via")
    let interval = try section.duration("interval", in: .seconds(10)...(.seconds(86_400)), default: .seconds(600))
    // Between two snapshots a link is not behind, but as far as it ever comes.
    let lagLimit: Duration = mode == .snapshot ? min(interval * 2, .seconds(86_400)) : .seconds(10)
    let link = Configuration.Replication(
      id: LinkID(try section.optionalString("id") ?? "\(source)-\(target)"), mode: mode, source: source, target: target,
      schemas: try section.optionalStrings("schemas") ?? ["public"],
      exclude: try section.optionalStrings("exclude") ?? [],
      keyless: try section.choice("keyless", default: Configuration.Keyless.refuse),
      parallelCopies: try section.int("parallel-copies", in: 1...16, default: 2),
      decodingMegabytes: try section.int("decoding-memory", in: 1...65_536, default: 256),
      lagLimit: try section.duration("lag-limit", in: .seconds(1)...(.seconds(86_400)), default: lagLimit),
      logAlarmMegabytes: try section.int("log-alarm", in: 1...100_000_000, default: usualLogAlarm),
      clockSkewLimit: try section.duration(
        "clock-skew-limit", in: .milliseconds(1)...(.seconds(60)), default: .milliseconds(500)),
      conflictsKept: try section.duration(
        "keep-conflicts", in: .seconds(3600)...(.seconds(87_600 * 3600)), default: .seconds(2160 * 3600)),
      interval: interval, timestampColumn: try section.optionalString("timestamp-column"),
      viaSource: try via?.optionalSection("source").map(way), viaTarget: try via?.optionalSection("target").map(way),
      nativeSource: try native?.optionalSection("source").map(nativeWay),
      nativeTarget: try native?.optionalSection("target").map(nativeWay))
    try via?.finish()
    try native?.finish()
    try section.finish()
    return link
  }

  private static func nativeWay(_ section: ConfigurationSection) throws -> Configuration.NativeWay {
    let way = Configuration.NativeWay(
      host: try section.optionalString("host"),
      port: section.has("port") ? try section.int("port", in: 1...65_535, default: 5432) : nil,
      user: try section.optionalString("user"), password: try section.optionalSecret("password"),
      passwordFile: try section.optionalString("password-file"),
      rootCertificate: try section.optionalString("root-certificate"))
    if way.password != nil, way.passwordFile != nil {
      throw section.fail("password-file", "takes the place of a password; leave one of the two out")
    }
    for key in ["password-file", "root-certificate"] {
      guard let path = try section.optionalString(key), !path.hasPrefix("/") else { continue }
      throw section.fail(key, "names a file on the machine of the other side's server, so the path must begin with /")
    }
    try section.finish()
    return way
  }

  private static func way(_ section: ConfigurationSection) throws -> Configuration.Way {
    let way = Configuration.Way(
      host: try section.string("host"), port: try section.int("port", in: 1...65_535, default: 5432))
    try section.finish()
    return way
  }
}
