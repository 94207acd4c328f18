internal import CLibpq

/// How a session is protected.
public struct PostgresSecurity: Sendable, Equatable {
  /// `TLSv1.3`
  public var version: String
  /// `TLS_AES_256_GCM_SHA384`
  public var cipher: String

  /// nil when the session is not encrypted.
  init?(_ connection: OpaquePointer) {
    guard PQsslInUse(connection) != 0,
      let version = PQsslAttribute(connection, "protocol"), let cipher = PQsslAttribute(connection, "cipher")
    else { return nil }
    self.version = String(cString: version)
    self.cipher = String(cString: cipher)
  }
}
