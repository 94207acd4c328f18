internal import HTTPTypes
internal import Hummingbird

/// Lets those who have just written see what they wrote.
///
/// Reads come from the own cloud's database, which may be a moment behind the one that took a write. So a write leaves a
/// cookie of a few seconds with the client, and while it is there reads go to the writer's database. That is state of the
/// client's, not of an instance's: it works whichever instance, in whichever cloud, serves the next request.
struct ReadYourWrites: Sendable {
  static let duration = Duration.seconds(5)
  let cookies: Cookies

  func mark(_ response: inout Response) {
    response.setCookie(cookies.header("latest", "1", lifetime: Self.duration))
  }

  func needed(by request: Request) -> Database.Consistency {
    if cookies.value("latest", in: request) != nil { return .latest }
    return HTTPField.Name("Read-Consistency").flatMap { request.headers[$0] } == "latest" ? .latest : .local
  }
}
