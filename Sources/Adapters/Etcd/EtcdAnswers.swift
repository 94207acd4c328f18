/// What etcd answers. Fields that hold nothing are left out of its JSON.
protocol EtcdAnswer: Decodable, Sendable {
  var header: EtcdHeader? { get }
}

struct EtcdHeader: Decodable, Sendable {
  enum CodingKeys: String, CodingKey {
    case cluster = "cluster_id"
    case revision
  }

  var cluster: EtcdNumber?
  var revision: EtcdNumber?
}

struct EtcdGrant: EtcdAnswer {
  enum CodingKeys: String, CodingKey {
    case header
    case id = "ID"
    case seconds = "TTL"
  }

  var header: EtcdHeader?
  var id: EtcdNumber
  /// etcd raises what is shorter than one and a half of its elections.
  var seconds: EtcdNumber
}

/// A stream in the gateway, of which one answer is read.
struct EtcdKeepAlive: EtcdAnswer {
  struct Result: Decodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case header
      case seconds = "TTL"
    }

    var header: EtcdHeader?
    /// Missing when there is no such lease any more.
    var seconds: EtcdNumber?
  }

  var result: Result
  var header: EtcdHeader? { result.header }
}

struct EtcdRange: EtcdAnswer {
  struct Pair: Decodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case value, lease
      case created = "create_revision"
      case modified = "mod_revision"
    }

    var value: String?
    var lease: EtcdNumber?
    var created: EtcdNumber
    var modified: EtcdNumber
  }

  var header: EtcdHeader?
  var kvs: [Pair]?
}

struct EtcdTransaction: EtcdAnswer {
  struct Response: Decodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case range = "response_range"
    }

    var range: EtcdRange?
  }

  var header: EtcdHeader?
  var succeeded: Bool?
  var responses: [Response]?
}

struct EtcdToken: EtcdAnswer {
  var header: EtcdHeader?
  var token: String
}

struct EtcdStatus: EtcdAnswer {
  var header: EtcdHeader?
  var version: String
  /// Missing while the cluster has none.
  var leader: EtcdNumber?
}

/// For answers of which nothing is needed but that they came.
struct EtcdDone: EtcdAnswer {
  var header: EtcdHeader?
}

struct EtcdFailure: Decodable, Sendable {
  /// As gRPC counts them: 5 not found, 7 permission denied, 9 failed precondition, 14 unavailable, 16 unauthenticated.
  var code: Int?
  var message: String?
  var error: String?
}
