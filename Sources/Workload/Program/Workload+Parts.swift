extension Workload {
  var cookies: Cookies { Cookies(isSecure: settings.secureCookies) }
  var consistency: ReadYourWrites { ReadYourWrites(cookies: cookies) }
  var accounts: AccountStore { AccountStore(database: database) }
  var sessions: SessionStore { SessionStore(database: database, lifetime: settings.sessionLifetime) }
  var login: Login {
    Login(
      accounts: accounts, sessions: sessions,
      attempts: LoginAttempts(
        database: database, limit: settings.loginAttempts, pause: settings.loginPause, logger: logger),
      hasher: hasher)
  }
  var sweeper: Sweeper {
    Sweeper(database: database, interval: settings.sweepInterval, pause: settings.loginPause, logger: logger)
  }
  var tasks: TaskStore { TaskStore(database: database) }
  var authentication: Authentication { Authentication(sessions: sessions, cookies: cookies) }
}
