internal import HTTPTypes
internal import Hummingbird

/// The cookies of the application, and how they are written.
struct Cookies: Sendable {
  let isSecure: Bool

  /// The prefix makes browsers refuse the cookie from other hosts and over plain HTTP.
  private func name(_ name: String) -> String { isSecure ? "__Host-\(name)" : name }

  func value(_ name: String, in request: Request) -> String? {
    let wanted = self.name(name) + "="
    for field in request.headers[values: .cookie] {
      for part in field.split(separator: ";") {
        let part = part.drop { $0 == " " }
        if part.hasPrefix(wanted) { return String(part.dropFirst(wanted.count)) }
      }
    }
    return nil
  }

  /// - Parameter lifetime: nil for as long as the browser runs; zero deletes it.
  func header(_ name: String, _ value: String, lifetime: Duration?) -> String {
    let age = lifetime.map { "; Max-Age=\($0.components.seconds)" } ?? ""
    return "\(self.name(name))=\(value); Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")\(age)"
  }
}
