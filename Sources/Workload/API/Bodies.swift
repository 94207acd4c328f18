internal import FoundationEssentials
internal import Hummingbird
internal import NIOCore

/// `{"email", "password"}`
struct CredentialsBody: Decodable {
  var email: String?
  var password: String?
}

/// `{"title", "notes", "done"}`
struct TaskBody: Decodable {
  var title: String?
  var notes: String?
  var done: Bool?

  func draft() throws -> TaskDraft {
    var validation = Validation()
    let draft = TaskDraft(title: validation.title(title), notes: validation.notes(notes), done: done ?? false)
    try validation.finish()
    return draft
  }

  func change() throws -> TaskChange {
    var validation = Validation()
    let change = TaskChange(
      title: title.map { validation.title($0) }, notes: notes.map { validation.notes($0) }, done: done)
    try validation.finish()
    return change
  }
}

extension Request {
  /// The body, within the limit of its size and of ten seconds.
  func body(in context: WorkloadContext) async throws -> ByteBuffer {
    let limit = context.maxUploadSize
    if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw Problem(.tooLarge, "The request is larger than \(limit / 1024) kB.")
    }
    let body = body
    do {
      return try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
        group.addTask { try await body.collect(upTo: limit) }
        group.addTask {
          try await Task.sleep(for: .seconds(10))
          return nil
        }
        defer { group.cancelAll() }
        guard let buffer = try await group.next() ?? nil else {
          throw Problem(.badRequest, "The request did not arrive in time.")
        }
        return buffer
      }
    } catch is NIOTooManyBytesError {
      throw Problem(.tooLarge, "The request is larger than \(limit / 1024) kB.")
    }
  }

  /// - Throws: ``Problem`` of kind `badRequest` for what is no such JSON.
  func json<Value: Decodable>(_ type: Value.Type, in context: WorkloadContext) async throws -> Value {
    let buffer = try await body(in: context)
    do {
      return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
    } catch {
      throw Problem(.badRequest, "The body is not the JSON that is expected here.")
    }
  }
}
