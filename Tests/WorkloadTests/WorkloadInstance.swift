import FoundationEssentials
import Glibc
import HTTPAdapter
import PostgresAdapter
import PostgresTestSupport
import TestSupport

/// A real instance: the program as it is shipped, in a process of its own.
final class WorkloadInstance: Sendable {
  let base: String
  let process: ChildProcess
  private static let client = Result { try HTTPClient() }

  /// Starts it and returns when it serves.
  ///
  /// - Parameter address: of 127.0.0.0/8, this instance's own.
  init(address: String, cloud: String, own: TemporaryCluster, all: [TemporaryCluster], extra: [String] = [])
    async throws
  {
    base = "http://\(address):8080"
    let environment =
      Self.databaseEnvironment(all, user: "app") + [
        "WORKLOAD_LISTEN=\(address):8080", "WORKLOAD_RELEASE=7.1", "WORKLOAD_CLOUD=\(cloud)",
        "WORKLOAD_DATABASE_READ_HOST=\(own.host)", "WORKLOAD_PASSWORD_ITERATIONS=1000",
      ] + extra
    let log = "\(own.directory)/workload-\(address).log"
    process = ChildProcess(["env"] + environment + [Self.program, "serve"], log: log, signal: "TERM")
    let output = { [process] in process.output }
    guard await eventually(within: .seconds(20), { output().contains("serving release 7.1") }) else {
      throw Failure(text: "the instance did not start: \(output())")
    }
  }

  struct Failure: Error {
    var text: String
  }

  static func databaseEnvironment(_ clusters: [TemporaryCluster], user: String) -> [String] {
    [
      "WORKLOAD_DATABASE_WRITE_HOSTS=\(clusters.map(\.host.description).joined(separator: ","))",
      "WORKLOAD_DATABASE_NAME=app", "WORKLOAD_DATABASE_USER=\(user)",
      "WORKLOAD_DATABASE_PASSWORD_FILE=\(clusters[0].directory)/password",
      "WORKLOAD_DATABASE_ROOT_CERTIFICATE=none",
    ]
  }

  /// The program beside this test bundle.
  static let program: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      + "/signalbox-workload"
  }()

  func send(
    _ method: String, _ path: String, token: String? = nil, headers: [(String, String)] = [], json: String? = nil,
    form: [(String, String)]? = nil
  ) async throws -> HTTPResponse {
    var request = HTTPRequest(method: method, url: base + path)
    request.timeout = .seconds(30)
    request.headers = headers.map { HTTPField($0.0, $0.1) }
    if let token { request.headers.append(HTTPField("Authorization", "Bearer \(token)")) }
    if let json {
      request.headers.append(HTTPField("Content-Type", "application/json"))
      request.body = Array(json.utf8)
    }
    if let form {
      request.headers.append(HTTPField("Content-Type", "application/x-www-form-urlencoded"))
      request.body = Array(form.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&").utf8)
    }
    return try await Self.client.get().send(request)
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let character = Character(Unicode.Scalar(byte))
      if character.isASCII, character.isLetter || character.isNumber { return String(character) }
      let digits = String(byte, radix: 16)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }

  /// Registers a new account and logs in.
  ///
  /// - Returns: a bearer token.
  func newToken() async throws -> String {
    let credentials = #"{"email":"\#(UUID().uuidString)@example.com","password":"long enough"}"#
    let registered = try await send("POST", "/api/v1/accounts", json: credentials)
    guard registered.status == 201 else { throw Failure(text: "\(registered.status) \(registered.text)") }
    let opened = try await send("POST", "/api/v1/sessions", json: credentials)
    guard let token = opened.field("token") else { throw Failure(text: "\(opened.status) \(opened.text)") }
    return token
  }
}

extension HTTPResponse {
  /// A text or number of a flat JSON answer.
  func field(_ name: String) -> String? {
    guard let start = text.firstRange(of: "\"\(name)\":") else { return nil }
    let rest = text[start.upperBound...]
    if rest.hasPrefix("\"") { return String(rest.dropFirst().prefix { $0 != "\"" }) }
    return String(rest.prefix { $0 != "," && $0 != "}" })
  }

  /// The value of a cookie that this answer sets.
  func cookie(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == "set-cookie" && $0.value.hasPrefix("\(name)=") }
      .map { String($0.value.dropFirst(name.count + 1).prefix { $0 != ";" }) }
  }

  /// The hidden field of the page's first form.
  var formToken: String? {
    text.firstRange(of: "name=\"form_token\" value=\"").map { String(text[$0.upperBound...].prefix { $0 != "\"" }) }
  }
}
