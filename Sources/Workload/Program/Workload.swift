internal import Hummingbird
internal import Logging

/// Everything that requests share. It holds no state of any user: any instance in any cloud serves any session.
struct Workload: Sendable {
  let settings: WorkloadSettings
  let database: Database
  let metrics = Metrics()
  let hasher: PasswordHasher
  let pages: Pages
  let logger: Logger

  init(_ settings: WorkloadSettings, logger: Logger) throws {
    self.logger = logger
    self.settings = settings
    database = try Database(settings.database)
    hasher = PasswordHasher(iterations: settings.passwordIterations)
    pages = try Pages(assets: StaticFiles(directory: settings.assets), release: settings.release, cloud: settings.cloud)
  }

  var router: Router<WorkloadContext> {
    let router = Router(context: WorkloadContext.self)
    router.add(middleware: RequestMetrics(metrics: metrics))
    router.add(middleware: SecurityHeaders(isSecure: settings.secureCookies))
    router.add(middleware: ErrorPages(pages: pages))
    HealthRoutes(workload: self).add(to: router)
    StaticRoutes(files: pages.assets).add(to: router)
    APIRoutes(workload: self).add(to: router.group("api/v1"))
    PageRoutes(workload: self).add(to: router)
    return router
  }
}
