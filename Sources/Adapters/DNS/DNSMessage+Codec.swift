import Glibc

extension DNSMessage {
  /// What a packet of ours may hold without being split on its way (DNS flag day 2020).
  static let maximumUDPBytes = 1232

  /// A query packet that leaves recursion to whoever offers it, with EDNS.
  ///
  /// - Throws: ``DNSError/invalidName(_:reason:)``.
  static func query(_ question: DNSQuestion, id: UInt16, recursionDesired: Bool = true) throws(DNSError) -> [UInt8] {
    var packet: [UInt8] = []
    packet.reserveCapacity(64)
    packet.append(short: id)
    packet.append(short: recursionDesired ? 0x0100 : 0)
    // One question, no answers, no authorities, one additional record: EDNS.
    for count: UInt16 in [1, 0, 0, 1] { packet.append(short: count) }
    packet += try DNSName.encode(question.name)
    packet.append(short: question.type.rawValue)
    packet.append(short: 1)
    packet.append(0)
    packet.append(short: DNSType.opt.rawValue)
    packet.append(short: UInt16(maximumUDPBytes))
    for value: UInt16 in [0, 0, 0] { packet.append(short: value) }
    return packet
  }

  /// Reads a packet. Whatever the bytes are, the result is a message or an error.
  ///
  /// A truncated message (TC) is read as far as it goes.
  ///
  /// - Throws: ``DNSError/malformed(_:)``.
  public init(_ bytes: [UInt8]) throws(DNSError) {
    var reader = DNSReader(bytes)
    id = try reader.short()
    let flags = try reader.short()
    isResponse = flags & 0x8000 != 0
    isAuthoritative = flags & 0x0400 != 0
    isTruncated = flags & 0x0200 != 0
    responseCode = ResponseCode(rawValue: UInt8(flags & 0x000F))
    let counts = (try reader.short(), try reader.short(), try reader.short(), try reader.short())
    answers = []
    authorities = []
    additionals = []
    for _ in 0..<counts.0 {
      let name = try DNSName.decode(&reader)
      let asked = DNSQuestion(name: name, type: DNSType(rawValue: try reader.short()))
      _ = try reader.short()
      question = question ?? asked
    }
    do {
      answers = try Self.records(counts.1, &reader)
      authorities = try Self.records(counts.2, &reader)
      additionals = try Self.records(counts.3, &reader)
    } catch {
      if !isTruncated { throw error }
    }
  }

  private static func records(_ count: UInt16, _ reader: inout DNSReader) throws(DNSError) -> [DNSRecord] {
    var records: [DNSRecord] = []
    for _ in 0..<count {
      let name = try DNSName.decode(&reader)
      let type = DNSType(rawValue: try reader.short())
      _ = try reader.short()
      let seconds = try reader.long()
      let length = Int(try reader.short())
      let end = reader.offset + length
      guard end <= reader.bytes.count else {
        throw .malformed("the packet is cut short at byte \(reader.bytes.count)")
      }
      let content = try content(type, length, &reader)
      guard reader.offset == end else { throw .malformed("a \(type) record's length does not fit its content") }
      // RFC 2181, 8: a value with the top bit set counts as 0.
      let timeToLive = Duration.seconds(seconds > Int32.max ? 0 : Int(seconds))
      if type != .opt { records.append(DNSRecord(name: name, timeToLive: timeToLive, content: content)) }
    }
    return records
  }

  private static func content(
    _ type: DNSType, _ length: Int, _ reader: inout DNSReader
  ) throws(DNSError) -> DNSRecord.Content {
    switch type {
    case .a: return .a(try address(AF_INET, 4, length, &reader))
    case .aaaa: return .aaaa(try address(AF_INET6, 16, length, &reader))
    case .cname: return .cname(try DNSName.decode(&reader))
    case .soa:
      let server = try DNSName.decode(&reader)
      let mailbox = try DNSName.decode(&reader)
      let serial = try reader.long()
      _ = try reader.take(12)
      return .soa(
        DNSRecord.SOA(
          primaryServer: server, mailbox: mailbox, serial: serial, minimum: .seconds(Int(try reader.long()))))
    case .txt: return .txt(try texts(length, &reader))
    default: return .other(type, Array(try reader.take(length)))
    }
  }

  private static func texts(_ length: Int, _ reader: inout DNSReader) throws(DNSError) -> [String] {
    let end = reader.offset + length
    var texts: [String] = []
    while reader.offset < end {
      let count = Int(try reader.byte())
      guard reader.offset + count <= end else { throw .malformed("a TXT record's text is longer than the record") }
      texts.append(String(decoding: try reader.take(count), as: UTF8.self))
    }
    return texts
  }

  private static func address(
    _ family: Int32, _ size: Int, _ length: Int, _ reader: inout DNSReader
  ) throws(DNSError) -> String {
    guard length == size else { throw .malformed("an address of \(length) bytes instead of \(size)") }
    let bytes = Array(try reader.take(size))
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else {
      throw .malformed("an address that cannot be written")
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension [UInt8] {
  mutating func append(short value: UInt16) {
    append(UInt8(value >> 8))
    append(UInt8(value & 0xFF))
  }
}
