/// What others say of the same, with the source. None of it was measured here.
public enum Comparison {
  /// The report on the two-cloud application, Appendix C: failover time of AWS; 55 s of Azure.
  public static let reportFailoverSeconds = 60.0
  public static let reportFailoverSecondsAzure = 55.0
  /// The same report, 7.2 and Appendix C: mean response times at 1,000 users, by cloud.
  public static let reportLatencyMilliseconds = ["aws": 150.0, "azure": 170.0]
  public static let reportUsers = 1000

  /// Route 53's fast health checks ask every 10 s and by default fail after 3; resolvers then keep what they have for
  /// the TTL (Amazon Route 53 Developer Guide, "Values that you specify when you create or update health checks").
  public static func route53Seconds(ttlSeconds: Double) -> Double { 10 * 3 + ttlSeconds }
}
