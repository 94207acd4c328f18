import Glibc

/// Runs `body` on a new detached thread with a small stack.
func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 256 * 1024)
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(Box(body)).toOpaque()
  let result = pthread_create(
    &thread, &attributes,
    { argument in
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, argument)
  pthread_attr_destroy(&attributes)
  precondition(result == 0, "no thread could be started: \(errorText(result))")
}
