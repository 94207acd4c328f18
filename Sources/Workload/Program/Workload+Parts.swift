extension Workload {
  var cookies: Cookies { Cookies(isSecure: settings.secureCookies) }
  var consistency: ReadYourWrites { ReadYourWrites(cookies: cookies) }
  var accounts: AccountStore { AccountStore(database: database) }
  var sessions: SessionStore { SessionStore(database: database, lifetime: settings.sessionLifetime) }
  var tasks: TaskStore { TaskStore(database: database) }
  var authentication: Authentication { Authentication(sessions: sessions, cookies: cookies) }
}
