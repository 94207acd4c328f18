import CellGrid
import Operations

/// What is shown where nothing else fits: the size that is needed, and the way out.
enum TooSmallPane {
  static func draw(_ model: ConsoleModel, on canvas: inout Canvas) {
    let minimum = ConsoleModel.minimumSize
    let width = model.size.width
    let needed = "\(minimum.width)×\(minimum.height)"
    let now = "\(width)×\(model.size.height)"
    let long = "signalbox needs \(needed), this is \(now); q quits"
    if let seconds = model.countdownSeconds {
      let what = model.failover?.request?.participle ?? "acting"
      let row = Rect(x: 0, y: model.size.height - 1, width: width, height: 1)
      canvas.writeCentered([Piece("x stops \(what) in \(seconds) s", .down, bold: true)], in: row)
    }
    let lines: [Line] =
      width >= 60
      ? [[Piece(long)]]
      : width >= 16 && model.size.height >= 3
        ? [[Piece("needs \(needed)", bold: true)], [Piece("this is \(now)", .faint)], [Piece("q quits", .faint)]]
        : [[Piece("\(needed) · q", bold: true)]]
    let top = max(0, (model.size.height - lines.count) / 2)
    for (offset, line) in lines.enumerated() {
      let row = Rect(x: 0, y: top + offset, width: width, height: 1)
      canvas.writeCentered(line, in: row)
    }
  }
}
