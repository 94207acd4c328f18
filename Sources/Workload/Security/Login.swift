/// From a name and a password to a session, the same for the API and the pages.
struct Login: Sendable {
  let accounts: AccountStore
  let sessions: SessionStore
  let attempts: LoginAttempts
  let hasher: PasswordHasher

  /// - Parameter email: as ``Validation`` gives it back.
  /// - Throws: ``Problem`` of kind `unauthenticated` for an account that does not exist or another password, and of kind
  ///   `tooManyAttempts` when that was tried too often.
  func open(email: String, password: String, _ carrier: Session.Carrier) async throws -> Session {
    let ticket = try await attempts.admit(email)
    let session: Session
    do {
      let found = try await accounts.find(email: email)
      let isRight = try await hasher.matches(password, found?.passwordHash)
      guard isRight, let account = found?.account else {
        throw Problem(.unauthenticated, "The address or the password is wrong.")
      }
      session = try await sessions.open(account: account, carrier)
    } catch let problem as Problem where problem.kind == .unauthenticated {
      throw problem
    } catch {
      await attempts.forgive(ticket)
      throw error
    }
    await attempts.clear(ticket)
    return session
  }
}
