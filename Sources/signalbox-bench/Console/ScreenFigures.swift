/// What was measured of one program at one size.
struct ScreenFigures {
  var firstFrameMilliseconds: [Double] = []
  var idle: [IdleCost] = []
  /// All key presses of one round.
  var keyMilliseconds: [[Double]] = []
  var peakMegabytes: [Double] = []
  var proportionalMegabytes: [Double] = []
}
