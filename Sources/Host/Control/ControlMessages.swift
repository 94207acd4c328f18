import FoundationEssentials
import Operations

/// What travels over the control socket besides the nouns themselves.
enum ControlMessage {
  /// `POST /v1/operations`.
  struct Execute: Codable, Sendable {
    var plan: PlanID
    var overriding: [InterlockName]
    var actor: String
  }

  struct Executed: Codable, Sendable {
    var operation: OperationID
  }

  /// `POST /v1/automation`.
  struct Change: Codable, Sendable {
    var change: AutomationChange
    var actor: String
  }

  /// `POST /v1/operations/control`.
  struct Control: Codable, Sendable {
    var operation: OperationID
    var control: OperationControl
    var actor: String
  }

  /// `POST /v1/drill`; without one, it is over.
  struct Drill: Codable, Sendable {
    var drill: DrillSnapshot?
  }

  /// It was done, and there is nothing else to say.
  struct Done: Codable, Sendable {
    var done = true
  }

  /// The body of every answer that is no success.
  struct Failure: Codable, Sendable {
    enum Kind: String, Codable, Sendable { case invalidRequest, unknownPlan, refused, failed, notFound }

    var kind: Kind
    var message: String
    var holding: [InterlockVerdict]?
    var plan: PlanID?
  }
}

/// JSON as it travels over the control socket: keys in a fixed order, so that equal values are equal bytes.
enum ControlJSON {
  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}
