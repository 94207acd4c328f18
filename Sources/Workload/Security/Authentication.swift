internal import HTTPTypes
internal import Hummingbird

/// Finds out who asks, and that it is they who ask.
struct Authentication: Sendable {
  let sessions: SessionStore
  let cookies: Cookies

  /// The session that the request shows, by bearer token or cookie; nil for a stranger.
  func session(_ request: Request) async throws -> Session? {
    if let authorization = request.headers[.authorization] {
      let prefix = "Bearer "
      guard authorization.hasPrefix(prefix), let token = SessionToken(String(authorization.dropFirst(prefix.count)))
      else { return nil }
      return try await sessions.find(token, .bearer)
    }
    guard let token = cookies.value("session", in: request).flatMap(SessionToken.init) else { return nil }
    return try await sessions.find(token, .cookie)
  }

  func require(_ request: Request) async throws -> Session {
    guard let session = try await session(request) else { throw Problem(.unauthenticated, "Log in first.") }
    return session
  }

  /// Refuses what another site made the browser send.
  ///
  /// - Parameter token: what came with the form or in the header `X-CSRF-Token`.
  func check(_ token: String?, for session: Session) throws {
    guard session.carrier == .cookie else { return }
    guard let token, equalInConstantTime(token, session.token.formToken) else {
      throw Problem(.forbidden, "The form is out of date; open the page again and repeat what you did.")
    }
  }

  /// The same for forms of strangers (login and registration): their token is in the form and in a cookie, and only a page
  /// of ours can set both.
  func checkStranger(_ token: String?, _ request: Request) throws {
    guard let token, let cookie = cookies.value("form", in: request), cookie.utf8.count == 43,
      equalInConstantTime(token, cookie)
    else { throw Problem(.forbidden, "The form is out of date; open the page again and repeat what you did.") }
  }
}
