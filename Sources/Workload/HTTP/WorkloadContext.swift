internal import Hummingbird

/// What belongs to one request.
struct WorkloadContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who asks; nil until a route has needed to know, and for a stranger.
  var session: Session?

  init(source: Source) { coreContext = CoreRequestContextStorage(source: source) }

  /// Bytes of a body; the largest thing anybody sends is a task's notes.
  var maxUploadSize: Int { 64 * 1024 }
}
