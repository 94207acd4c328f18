import Operations

extension HTTPRequest {
  /// Why the request must not be handed to libcurl; nil when it may.
  var problem: HTTPError? {
    let fields = headers + secretHeaders.map { HTTPField($0.name, $0.value.reveal()) }
    for field in fields where field.name.isEmpty || field.name.utf8.contains(where: { !Self.isToken($0) }) {
      return .invalid("a header field has a name that HTTP does not allow", self)
    }
    for field in fields where field.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
      return .invalid("the header field \(field.name) holds a control character", self)
    }
    guard !method.isEmpty, method.utf8.allSatisfy(Self.isToken) else {
      return .invalid("the method is not a word", self)
    }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      return .invalid("the URL holds a blank or a control character", self)
    }
    return nil
  }

  /// RFC 9110, 5.6.2.
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
