import CLibcurl

/// One libcurl easy handle, reused from transfer to transfer. It belongs to the transfer loop's thread.
final class EasyHandle {
  let pointer: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private var lists: [UnsafeMutablePointer<curl_slist>] = []

  init?() {
    guard let pointer = curl_easy_init() else { return nil }
    self.pointer = pointer
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(pointer)
    freeLists()
    errorText.deallocate()
  }

  /// Back to libcurl's defaults; keeps the memory.
  func reset() {
    curl_easy_reset(pointer)
    freeLists()
    errorText.pointee = 0
    signalbox_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText)
  }

  /// What libcurl says of the last failure; empty when it said nothing.
  var errorMessage: String { String(cString: errorText) }

  /// The first setting that libcurl refused since ``reset()`` is kept by the caller through the returned value.
  @discardableResult
  func set(_ option: CURLoption, _ value: Int) -> Bool {
    signalbox_curl_set_long(pointer, option, value) == CURLE_OK
  }

  @discardableResult
  func set(_ option: CURLoption, _ value: String) -> Bool {
    signalbox_curl_set_string(pointer, option, value) == CURLE_OK
  }

  @discardableResult
  func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) -> Bool {
    signalbox_curl_set_pointer(pointer, option, value) == CURLE_OK
  }

  /// Hands over lines; libcurl refers to them until the next ``reset()``.
  @discardableResult
  func set(_ option: CURLoption, lines: [String]) -> Bool {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      guard let longer = curl_slist_append(list, line) else {
        curl_slist_free_all(list)
        return false
      }
      list = longer
    }
    if let list { lists.append(list) }
    return signalbox_curl_set_list(pointer, option, list) == CURLE_OK
  }

  /// libcurl copies the bytes.
  func setBody(_ bytes: [UInt8]) {
    signalbox_curl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
    bytes.withUnsafeBytes { raw in
      // An empty array may have no address, and a null here would make libcurl read a body from standard input.
      var empty: UInt8 = 0
      if let start = raw.baseAddress {
        signalbox_curl_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
      } else {
        signalbox_curl_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, &empty)
      }
    }
  }

  func long(_ info: CURLINFO) -> Int { signalbox_curl_get_long(pointer, info) }

  func microseconds(_ info: CURLINFO) -> Int64 { signalbox_curl_get_offset(pointer, info) }

  private func freeLists() {
    for list in lists { curl_slist_free_all(list) }
    lists.removeAll(keepingCapacity: true)
  }
}
