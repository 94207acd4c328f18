import CellGrid

extension Theme {
  /// The same as `themes/dark.yaml`, so that a missing directory never stops the console.
  public static let builtin = Theme(
    name: "dark", summary: "Quiet slate; colour only where something is to be said", background: .rgb(0x10, 0x15, 0x1C),
    styles: [
      .foreground: Style(foreground: .rgb(0xDC, 0xE3, 0xEB)),
      .faint: Style(foreground: .rgb(0x8C, 0x99, 0xA8)),
      .graph: Style(foreground: .rgb(0x5C, 0x6A, 0x7A)),
      .line: Style(foreground: .rgb(0x3D, 0x49, 0x57)),
      .healthy: Style(foreground: .rgb(0x7F, 0xC9, 0x8A)),
      .degraded: Style(foreground: .rgb(0xF0, 0xB8, 0x4F), attributes: .bold),
      .down: Style(foreground: .rgb(0xFF, 0x7B, 0x72), attributes: .bold),
      .unknown: Style(foreground: .rgb(0xBF, 0xA6, 0xF0), attributes: .bold),
      .focus: Style(foreground: .rgb(0x7C, 0xB7, 0xFF)),
      .staged: Style(foreground: .rgb(0x4F, 0xD6, 0xCF), attributes: .bold),
    ])
}
