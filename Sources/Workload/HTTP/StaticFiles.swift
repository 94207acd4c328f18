internal import Crypto
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The style sheets, read once. Their addresses carry a digest of their content, so that browsers may keep them for good.
struct StaticFiles: Sendable {
  struct File: Sendable {
    var name: String
    var type: String
    var content: ByteBuffer
    var entityTag: String

    init(_ name: String, type: String, _ bytes: [UInt8]) {
      self.name = name
      self.type = type
      content = ByteBuffer(bytes: bytes)
      entityTag = "\"\(Base64URL.encode(SHA256.hash(data: bytes).prefix(12)))\""
    }

    var address: String { "/static/\(name)?v=\(entityTag.dropFirst().dropLast())" }
  }

  /// In the order in which a page loads them.
  let files: [File]

  /// - Parameter directory: holds Bootstrap; without it our own sheet alone must do, and does.
  init(directory: String) {
    var files: [File] = []
    if let data = try? Data(contentsOf: URL(filePath: "\(directory)/css/bootstrap.min.css")) {
      files.append(File("bootstrap.min.css", type: "text/css; charset=utf-8", Array(data)))
    } else {
      files.append(File("fallback.css", type: "text/css; charset=utf-8", PackageResources.fallback_css))
    }
    files.append(File("workload.css", type: "text/css; charset=utf-8", PackageResources.workload_css))
    self.files = files
  }
}

/// Serves them.
struct StaticRoutes {
  let files: StaticFiles

  func add(to router: Router<WorkloadContext>) {
    router.get("static/:name") { request, context in
      let name = try context.parameters.require("name")
      guard let file = files.files.first(where: { $0.name == name }) else {
        throw Problem(.notFound, "There is no such file.")
      }
      let headers: HTTPFields = [
        .contentType: file.type, .eTag: file.entityTag, .cacheControl: "public, max-age=31536000, immutable",
      ]
      if request.headers[.ifNoneMatch] == file.entityTag { return Response(status: .notModified, headers: headers) }
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.content))
    }
  }
}
