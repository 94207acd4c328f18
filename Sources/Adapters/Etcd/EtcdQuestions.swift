/// What is asked of etcd 3.4 ("rpc.proto"), as far as a lease needs it. 64-bit numbers are texts, bytes base64.
enum EtcdQuestion {
  struct Authenticate: Encodable, Sendable {
    var name: String
    var password: String
  }

  struct Grant: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case seconds = "TTL"
    }

    var seconds: EtcdNumber
  }

  /// For keepalive and revoke.
  struct Lease: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case id = "ID"
    }

    var id: EtcdNumber
  }

  struct Key: Encodable, Sendable {
    var key: String
  }

  struct Put: Encodable, Sendable {
    var key: String
    var value: String
    var lease: EtcdNumber?
  }

  struct Transaction: Encodable, Sendable {
    var compare: [Compare]
    var success: [Request]
    var failure: [Request]
  }

  /// That `key` was created, or last changed, at a revision; 0: that there is none.
  struct Compare: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case key, target, result
      case created = "create_revision"
      case modified = "mod_revision"
    }

    var key: String
    var target: String
    var result = "EQUAL"
    var created: EtcdNumber?
    var modified: EtcdNumber?

    static func created(_ key: String, at revision: EtcdNumber) -> Compare {
      Compare(key: key, target: "CREATE", created: revision)
    }

    static func modified(_ key: String, at revision: EtcdNumber) -> Compare {
      Compare(key: key, target: "MOD", modified: revision)
    }
  }

  struct Request: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case range = "request_range"
      case put = "request_put"
      case delete = "request_delete_range"
    }

    var range: Key?
    var put: Put?
    var delete: Key?
  }

  struct Nothing: Encodable, Sendable {}
}
