import HTTPAdapter
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPStreamTests {
  let client: HTTPClient

  init() throws { client = try HTTPClient() }

  @Test func givesEventsAsTheyComeAndEndsWithTheConnection() async throws {
    let next = Flag()
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ndata: 1\n\n")
      next.block()
      connection.write("data: 2\n\n")
    }
    var text = ""
    for try await bytes in client.stream(HTTPRequest(url: server.url)) {
      text += String(decoding: bytes, as: UTF8.self)
      next.raise()
    }
    #expect(text == "data: 1\n\ndata: 2\n\n")
  }

  @Test func aSlowReaderLosesNothingAndSlowsTheSender() async throws {
    let total = 4 << 20
    let sent = Mutex(0)
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
      for chunk in 0..<(total / 4096) {
        guard connection.write([UInt8](repeating: UInt8(truncatingIfNeeded: chunk), count: 4096)) else { return }
        sent.withLock { $0 += 4096 }
      }
    }
    var received: [UInt8] = []
    for try await bytes in client.stream(HTTPRequest(url: server.url)) {
      received += bytes
      if received.count < 1 << 20 { try await Task.sleep(for: .milliseconds(1)) }
    }
    #expect(received.count == total)
    for chunk in stride(from: 0, to: total, by: 4096) where received[chunk] != UInt8(truncatingIfNeeded: chunk / 4096) {
      Issue.record("byte \(chunk) is \(received[chunk])")
      break
    }
  }

  @Test func silenceEndsIt() async throws {
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\n\r\nhello")
      connection.waitForClose()
    }
    var request = HTTPRequest(url: server.url)
    request.idleTimeout = .milliseconds(120)
    var text = ""
    let error = await #expect(throws: HTTPError.self) {
      for try await bytes in client.stream(request) { text += String(decoding: bytes, as: UTF8.self) }
    }
    #expect(text == "hello")
    #expect(error?.reason == "silent for 120 ms")
  }

  @Test func anErrorStatusIsAnError() async throws {
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.answer("503 No", "not now")
    }
    let error = await #expect(throws: HTTPError.self) {
      for try await _ in client.stream(HTTPRequest(url: server.url)) {}
    }
    #expect(error?.reason == "HTTP 503")
  }

  @Test func leavingTheLoopClosesTheConnection() async throws {
    let closed = Flag()
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\n\r\nhello")
      connection.waitForClose()
      closed.raise()
    }
    for try await _ in client.stream(HTTPRequest(url: server.url)) { break }
    await closed.wait()
  }

  @Test func cancellingTheReaderClosesTheConnection() async throws {
    let closed = Flag()
    let server = ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\n\r\nhello")
      connection.waitForClose()
      closed.raise()
    }
    let read = Flag()
    let stream = client.stream(HTTPRequest(url: server.url))
    let task = Task {
      for try await _ in stream { read.raise() }
    }
    await read.wait()
    task.cancel()
    _ = await task.result
    await closed.wait()
  }
}
