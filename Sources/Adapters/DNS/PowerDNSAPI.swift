import FoundationEssentials
import HTTPAdapter
import Operations

/// The part of PowerDNS's HTTP API that is used: one zone's record sets (PowerDNS 4.7, "Zones endpoint").
struct PowerDNSAPI: Sendable {
  struct Zone: Codable {
    var rrsets: [RecordSet]
  }

  struct RecordSet: Codable {
    struct Record: Codable {
      var content: String
      var disabled = false
    }

    var name: String
    var type: String
    var ttl: Int
    var changetype: String?
    var records: [Record]
  }

  private struct Failure: Codable {
    var error: String
  }

  private static let maximumReasonLength = 200

  let client: HTTPClient
  let settings: PowerDNSSettings

  func zone() async throws(RecordSetError) -> Zone {
    let response = try await send("GET", body: nil)
    do {
      return try JSONDecoder().decode(Zone.self, from: Data(response.body))
    } catch {
      throw failure("its answer is not a zone in JSON; is \(URLPath.shown(settings.url)) the address of its API?")
    }
  }

  /// Replaces record sets, all in one transaction of PowerDNS's back end.
  func replace(_ sets: [RecordSet]) async throws(RecordSetError) {
    let changes = sets.map { set in
      var change = set
      change.changetype = "REPLACE"
      return change
    }
    let body: Data
    do {
      body = try JSONEncoder().encode(Zone(rrsets: changes))
    } catch {
      throw failure("the change cannot be written as JSON: \(error)")
    }
    _ = try await send("PATCH", body: Array(body))
  }

  private func send(_ method: String, body: [UInt8]?) async throws(RecordSetError) -> HTTPResponse {
    let base = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
    let zone = URLPath.escaped(DNSName.canonical(settings.zone) + ".")
    var request = HTTPRequest(
      method: method, url: "\(base)/api/v1/servers/\(URLPath.escaped(settings.server))/zones/\(zone)")
    request.secretHeaders = [(name: "X-API-Key", value: settings.apiKey)]
    request.headers = [HTTPField("Accept", "application/json")]
    if body != nil { request.headers.append(HTTPField("Content-Type", "application/json")) }
    request.body = body
    request.timeout = settings.timeout
    request.connectTimeout = settings.timeout
    request.certificateAuthorityFile = settings.certificateAuthorityFile
    let response: HTTPResponse
    do {
      response = try await client.send(request)
    } catch {
      let doubt = body == nil ? "" : "; whether the change was made is not known"
      throw failure("\(error)\(doubt)")
    }
    guard response.isSuccess else { throw failure(reason(of: response)) }
    return response
  }

  private func reason(of response: HTTPResponse) -> String {
    let said = (try? JSONDecoder().decode(Failure.self, from: Data(response.body)))?.error
    let text = said.map { ": \(Self.bounded($0))" } ?? ""
    switch response.status {
    case 401, 403: return "HTTP \(response.status)\(text); check the API key and webserver-allow-from"
    case 404: return "HTTP 404\(text); check the server \(settings.server) and the zone \(settings.zone)"
    case 422 where text.contains("Could not find domain"):
      return "HTTP 422\(text); check the zone \(settings.zone)"
    default: return "HTTP \(response.status)\(text)"
    }
  }

  func failure(_ reason: String) -> RecordSetError { .provider("PowerDNS: \(reason)") }

  /// Text from outside, short and in one line.
  static func bounded(_ text: String) -> String {
    let line = String(text.map { $0.isNewline || $0.asciiValue.map { $0 < 0x20 } == true ? " " : $0 })
    return line.count > maximumReasonLength ? line.prefix(maximumReasonLength) + "…" : line
  }
}

/// Parts of URLs.
enum URLPath {
  /// PowerDNS takes the percent-encoded form of all but letters, digits, `-`, `.` and `_`.
  static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }

  /// Without user and password.
  static func shown(_ url: String) -> String {
    guard let mark = url.firstRange(of: "://"), let at = url.lastIndex(of: "@") else { return url }
    return String(url[..<mark.upperBound] + url[url.index(after: at)...])
  }
}
