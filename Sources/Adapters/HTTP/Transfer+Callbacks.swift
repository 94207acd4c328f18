import CLibcurl
import Glibc

extension Transfer {
  /// Tells libcurl that the transfer cannot take what it was given.
  private static let refuse = 0
  /// Tells libcurl to offer the same bytes again later.
  private static let pause = Int(CURL_WRITEFUNC_PAUSE)

  /// Points libcurl's callbacks at this transfer, which must outlive its time in the multi handle.
  func attach(to easy: EasyHandle) {
    self.easy = easy
    let this = Unmanaged.passUnretained(self).toOpaque()
    easy.set(CURLOPT_PRIVATE, pointer: this)
    easy.set(CURLOPT_WRITEDATA, pointer: this)
    easy.set(CURLOPT_OPENSOCKETDATA, pointer: this)
    signalbox_curl_set_data_callback(easy.pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      Transfer.of(context)?.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    // With data for its header fields and no callback, libcurl would hand them to the body's.
    if kind != .beginningOnly {
      easy.set(CURLOPT_HEADERDATA, pointer: this)
      signalbox_curl_set_data_callback(easy.pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        Transfer.of(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      }
    }
    signalbox_curl_set_open_socket(easy.pointer) { context, _, address in
      guard let address else { return CURL_SOCKET_BAD }
      let descriptor = socket(
        address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
      if descriptor < 0 { Transfer.of(context)?.socketErrno = errno }
      return descriptor
    }
  }

  static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch kind {
    case .connectOnly: return bytes.count
    case .beginningOnly:
      body.append(contentsOf: bytes.prefix(max(0, request.maximumResponseBytes - body.count)))
      return bytes.count
    case .stream: return pass(bytes)
    case .exchange:
      guard body.count + bytes.count <= request.maximumResponseBytes else {
        refusal = .bodyTooLong
        return Self.refuse
      }
      body.append(contentsOf: bytes)
      return bytes.count
    }
  }

  private func pass(_ bytes: UnsafeRawBufferPointer) -> Int {
    let status = easy?.long(CURLINFO_RESPONSE_CODE) ?? 0
    guard (200...299).contains(status) else {
      refusal = .badStatus(status)
      return Self.refuse
    }
    idleDeadline = .now + request.idleTimeout
    guard let sink, sink.offer(bytes) else {
      isPaused = true
      return Self.pause
    }
    return bytes.count
  }

  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    let line = String(decoding: bytes, as: UTF8.self)
    headerBytes += bytes.count
    guard headerBytes <= Self.maximumHeaderBytes else {
      refusal = .headersTooLong
      return Self.refuse
    }
    if line.hasPrefix("HTTP/") {
      // A final answer follows an interim one (100 Continue): only the last one's fields count.
      headers.removeAll(keepingCapacity: true)
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].trimmingBlanks
      headers.append(HTTPField(String(line[..<colon]), value))
    }
    return bytes.count
  }
}

extension Substring {
  fileprivate var trimmingBlanks: String {
    let front = drop { $0.isWhitespace || $0.isNewline }
    guard let last = front.lastIndex(where: { !$0.isWhitespace && !$0.isNewline }) else { return "" }
    return String(front[...last])
  }
}
