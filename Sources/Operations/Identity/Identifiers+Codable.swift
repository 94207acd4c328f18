/// Identifiers travel as bare strings and numbers, so that a person can read and write them in JSON.
private func decodeString(_ decoder: any Decoder) throws -> String {
  try decoder.singleValueContainer().decode(String.self)
}

private func encodeString(_ value: String, to encoder: any Encoder) throws {
  var container = encoder.singleValueContainer()
  try container.encode(value)
}

extension CloudID: Codable {
  public init(from decoder: any Decoder) throws { self.init(try decodeString(decoder)) }
  public func encode(to encoder: any Encoder) throws { try encodeString(rawValue, to: encoder) }
}

extension VantageID: Codable {
  public init(from decoder: any Decoder) throws { self.init(try decodeString(decoder)) }
  public func encode(to encoder: any Encoder) throws { try encodeString(rawValue, to: encoder) }
}

extension LinkID: Codable {
  public init(from decoder: any Decoder) throws { self.init(try decodeString(decoder)) }
  public func encode(to encoder: any Encoder) throws { try encodeString(rawValue, to: encoder) }
}

extension OperationID: Codable {
  public init(from decoder: any Decoder) throws { self.init(try decodeString(decoder)) }
  public func encode(to encoder: any Encoder) throws { try encodeString(rawValue, to: encoder) }
}

extension PlanID: Codable {
  public init(from decoder: any Decoder) throws { self.init(try decodeString(decoder)) }
  public func encode(to encoder: any Encoder) throws { try encodeString(rawValue, to: encoder) }
}

extension InterlockName: Codable {
  public init(from decoder: any Decoder) throws { self.init(try decodeString(decoder)) }
  public func encode(to encoder: any Encoder) throws { try encodeString(rawValue, to: encoder) }
}

extension Generation: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(UInt64.self))
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
