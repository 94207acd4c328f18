/// PostgreSQL's own subscription.
final class NativeReceiver: Receiver {
  let source: BenchCluster
  let target: BenchCluster

  init(source: BenchCluster, target: BenchCluster) {
    self.source = source
    self.target = target
  }

  func begin() throws {
    try source.execute("CREATE PUBLICATION native FOR ALL TABLES")
    try target.execute(
      """
      CREATE SUBSCRIPTION native
      CONNECTION 'host=\(source.address) user=postgres dbname=\(BenchCluster.database)' PUBLICATION native
      """)
    try target.wait(
      for: "SELECT WHERE NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r')")
  }

  func stop() throws {
    try target.execute("ALTER SUBSCRIPTION native DISABLE")
    try source.waitUntilNobodyReceives()
  }

  func start() throws { try target.execute("ALTER SUBSCRIPTION native ENABLE") }
}
