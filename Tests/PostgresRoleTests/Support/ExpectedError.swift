import Operations
import Testing

/// Expects a body to fail in one of the ways of ``RoleError``, with a cause that names the remedy.
func expect(
  _ expected: (String) -> RoleError, in cause: String, _ body: () async throws -> Void,
  sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  do {
    try await body()
    Issue.record("nothing was said of it", sourceLocation: sourceLocation)
  } catch let error as RoleError {
    #expect(error.description.contains(cause), "\(error)", sourceLocation: sourceLocation)
    #expect(error == expected(error.description), sourceLocation: sourceLocation)
  }
}
