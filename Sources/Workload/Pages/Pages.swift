internal import HTTPTypes
internal import Hummingbird
internal import Mustache

/// Renders templates into the layout that all pages share.
struct Pages: Sendable {
  let assets: StaticFiles
  private let library: MustacheLibrary
  private let release: String
  private let cloud: String
  private let styles: [[String: String]]

  init(assets: StaticFiles, release: String, cloud: String) throws {
    self.assets = assets
    self.release = release
    self.cloud = cloud
    styles = assets.files.map { ["address": $0.address] }
    var library = MustacheLibrary()
    let templates = [
      ("layout", PackageResources.layout_mustache), ("home", PackageResources.home_mustache),
      ("credentials", PackageResources.credentials_mustache), ("tasks", PackageResources.tasks_mustache),
      ("task", PackageResources.task_mustache), ("problem", PackageResources.problem_mustache),
    ]
    for (name, bytes) in templates { try library.register(String(decoding: bytes, as: UTF8.self), named: name) }
    self.library = library
  }

  /// - Parameter values: what the template and the layout name; `title` is required of every page.
  func render(_ template: String, _ values: [String: Any], _ status: HTTPResponse.Status = .ok) -> Response {
    var values = values
    values["release"] = release
    values["cloud"] = cloud
    values["styles"] = styles
    values["content"] = library.render(values, withTemplate: template) ?? ""
    return Response.text(
      library.render(values, withTemplate: "layout") ?? "", type: "text/html; charset=utf-8", status: status)
  }
}
