import FailoverEngine
import Operations

extension ConfigurationLoader {
  /// - Parameters:
  ///   - automation: who moves levers; it stands beside this section.
  ///   - probing: whose quorum is the policy's too, where the section names none.
  static func failover(
    _ section: ConfigurationSection?, automation: Automation, probing: Configuration.Probing
  ) throws -> Configuration.Failover? {
    var policy = FailoverPolicy()
    policy.automation = automation
    policy.quorumVantages = probing.quorumVantages
    policy.quorumNetworks = probing.quorumNetworks
    guard let section else {
      return automation == .manual
        ? nil : Configuration.Failover(policy: policy, roleInterval: .seconds(30), residualShare: 0.01)
    }
    policy.confirmation = try section.duration(
      "confirmation", in: .zero...(.seconds(3600)), default: policy.confirmation)
    policy.recovery = try section.duration("recovery", in: .zero...(.seconds(3600)), default: policy.recovery)
    policy.countdown = try section.duration("countdown", in: .zero...(.seconds(3600)), default: policy.countdown)
    policy.window = try section.duration("window", in: .seconds(60)...(.seconds(604_800)), default: policy.window)
    policy.rpo = try section.duration("rpo", in: .zero...(.seconds(86_400)), default: policy.rpo)
    policy.lossFreshness = try section.duration(
      "loss-freshness", in: .seconds(1)...(.seconds(3600)), default: policy.lossFreshness)
    if section.has("recovery-time") {
      policy.recoveryTime = try section.duration("recovery-time", in: .seconds(1)...(.seconds(3600)), default: .zero)
    }
    try flaps(section.optionalSection("flaps"), &policy)
    try fencing(section.optionalSection("fencing"), &policy)
    let failover = Configuration.Failover(
      policy: policy,
      roleInterval: try section.duration("role-interval", in: .zero...(.seconds(3600)), default: .seconds(30)),
      residualShare: try section.optionalNumber("residual-share", in: 0...0.5) ?? 0.01)
    try section.finish()
    return failover
  }

  private static func flaps(_ section: ConfigurationSection?, _ policy: inout FailoverPolicy) throws {
    guard let section else { return }
    policy.flapLimit = try section.int("limit", in: 1...1000, default: policy.flapLimit)
    policy.flapWindow = try section.duration(
      "window", in: .seconds(10)...(.seconds(86_400)), default: policy.flapWindow)
    try section.finish()
  }

  private static func fencing(_ section: ConfigurationSection?, _ policy: inout FailoverPolicy) throws {
    guard let section else { return }
    policy.fencing = try section.choice("policy", default: policy.fencing)
    for key in ["lease", "renewal", "margin"] where section.has(key) && policy.fencing != .lease {
      throw section.fail(key, "belongs to policy lease; policy proof knows no lease")
    }
    policy.leaseDuration = try section.duration(
      "lease", in: .seconds(1)...(.seconds(600)), default: policy.leaseDuration)
    policy.leaseRenewal = try section.duration(
      "renewal", in: .milliseconds(100)...(.seconds(200)), default: policy.leaseRenewal)
    policy.leaseMargin = try section.duration(
      "margin", in: .milliseconds(100)...(.seconds(60)), default: policy.leaseMargin)
    try section.finish()
  }
}
