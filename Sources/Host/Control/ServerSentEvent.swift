/// Server-sent events as the WHATWG HTML standard defines them (section 9.2), as far as the control API uses them.
struct ServerSentEvent: Sendable, Equatable {
  var name: String
  var data: [UInt8]

  /// One event on the wire. `data` must hold no line break, as JSON without pretty-printing never does.
  static func encode(_ name: String, _ data: [UInt8]) -> [UInt8] {
    Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
  }

  /// Puts events together from chunks that may be cut anywhere.
  struct Parser {
    private var line: [UInt8] = []
    private var event = ServerSentEvent(name: "message", data: [])
    private let limit: Int

    init(limit: Int = 8 << 20) { self.limit = limit }

    /// The events that `chunk` completes; nil when an event is larger than the limit.
    mutating func feed(_ chunk: [UInt8]) -> [ServerSentEvent]? {
      var events: [ServerSentEvent] = []
      for piece in chunk.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        if piece.offset > 0, let done = endLine() { events.append(done) }
        line.append(contentsOf: piece.element)
        guard line.count + event.data.count <= limit else { return nil }
      }
      return events
    }

    private mutating func endLine() -> ServerSentEvent? {
      defer { line = [] }
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if line.isEmpty {
        defer { event = ServerSentEvent(name: "message", data: []) }
        return event.data.isEmpty ? nil : event
      }
      if let value = value(of: "event") {
        event.name = String(decoding: value, as: UTF8.self)
      } else if let value = value(of: "data") {
        event.data.append(contentsOf: value)
      }
      return nil
    }

    private func value(of field: String) -> ArraySlice<UInt8>? {
      let prefix = Array("\(field):".utf8)
      guard line.starts(with: prefix) else { return nil }
      let rest = line[prefix.count...]
      return rest.first == UInt8(ascii: " ") ? rest.dropFirst() : rest
    }
  }
}
