/// Somebody who is logged in.
struct Session: Sendable, Equatable {
  /// How the client showed its token. Only a browser sends a cookie unasked, so only then forms need their own token.
  enum Carrier: Sendable { case cookie, bearer }

  var id: String
  var accountID: String
  var email: String
  var token: SessionToken
  var carrier: Carrier
  /// The session as the API shows it.
  var expiresAt: String
}
