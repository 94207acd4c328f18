// Tries the decoder with what libFuzzer makes up from the recorded streams: `make fuzz`. Built beside the decoder's own
// sources, with coverage and AddressSanitizer, and so no part of the package.

/// An input is like a recorded stream: messages, each with its length before it in four bytes. Whatever it holds, the
/// decoder reads it or throws.
@_cdecl("LLVMFuzzerTestOneInput")
public func tryInput(_ input: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: input, count: count)
  var position = 0
  while count - position >= 4 {
    let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    let begin = position + 4
    position = min(count, begin + length)
    tryMessage(UnsafeRawBufferPointer(rebasing: bytes[begin..<position]))
  }
  return 0
}

/// In memory of just its size, so that AddressSanitizer sees a step beyond it.
private func tryMessage(_ bytes: UnsafeRawBufferPointer) {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
  defer { memory.deallocate() }
  memory.copyMemory(from: bytes)
  var fields: [PgoutputField] = []
  var reader = PgoutputReader(UnsafeRawBufferPointer(memory))
  guard (try? reader.message(in: 0..<memory.count, fields: &fields)) != nil else { return }
  for field in fields where !field.isNull && !field.isUnchanged {
    precondition(field.offset >= 0 && field.length >= 0 && field.offset + field.length <= memory.count)
  }
}
