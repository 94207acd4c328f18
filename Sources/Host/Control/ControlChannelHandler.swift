import NIOCore
import NIOHTTP1
import Operations

/// One client's connection: collects a request, has it answered, writes the answer.
///
/// Requests on a connection are answered one after the other; NIO's pipelining handler holds back the next.
final class ControlChannelHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  static let maximumBodyBytes = 65_536

  private let router: ControlRouter
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var tooLarge = false
  private var answering: Task<Void, Never>?

  init(router: ControlRouter) { self.router = router }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
      tooLarge = false
    case .body(let buffer):
      tooLarge = tooLarge || body.count + buffer.readableBytes > Self.maximumBodyBytes
      if !tooLarge { body.append(contentsOf: buffer.readableBytesView) }
    case .end:
      guard let head else { return }
      answer(head, on: context.channel)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { answering?.cancel() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ head: HTTPRequestHead, on channel: any Channel) {
    let request = Request(
      method: head.method.rawValue, target: head.uri, body: body, keepAlive: head.isKeepAlive, tooLarge: tooLarge)
    let router = router
    answering = Task { await ControlChannelHandler.serve(request, router, channel) }
  }

  private struct Request: Sendable {
    var method: String
    var target: String
    var body: [UInt8]
    var keepAlive: Bool
    var tooLarge: Bool
  }

  private static func serve(_ request: Request, _ router: ControlRouter, _ channel: any Channel) async {
    var response = ControlResponse.failure(.invalidRequest, "the body is larger than 64 KiB", status: 413)
    if !request.tooLarge {
      response = await router.respond(method: request.method, target: request.target, body: request.body)
    }
    do {
      try await write(response, keepAlive: request.keepAlive && !request.tooLarge, to: channel)
    } catch {
      channel.close(promise: nil)
    }
  }

  private static func write(_ response: ControlResponse, keepAlive: Bool, to channel: any Channel) async throws {
    var headers = HTTPHeaders([("Content-Type", response.contentType), ("Cache-Control", "no-store")])
    let status = HTTPResponseStatus(statusCode: response.status)
    switch response.body {
    case .bytes(let bytes):
      headers.add(name: "Content-Length", value: String(bytes.count))
      headers.add(name: "Connection", value: keepAlive ? "keep-alive" : "close")
      channel.write(
        HTTPServerResponsePart.head(.init(version: .http1_1, status: status, headers: headers)), promise: nil)
      channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
      try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
      if !keepAlive { try await channel.close() }
    case .events(let snapshots):
      headers.add(name: "Transfer-Encoding", value: "chunked")
      channel.writeAndFlush(
        HTTPServerResponsePart.head(.init(version: .http1_1, status: status, headers: headers)), promise: nil)
      for await snapshot in snapshots {
        let event = ServerSentEvent.encode("snapshot", try ControlJSON.encode(snapshot))
        // Waiting for the write is the back-pressure: a slow reader misses snapshots, it does not pile them up.
        try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: event)))).get()
      }
      try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
      try await channel.close()
    }
  }
}
