import Operations

/// A place from which clouds are probed.
struct Vantage: Sendable {
  let index: Int
  let network: String
  /// What it says of a cloud whatever it sees; nil while it is honest.
  var lies: [Health?] = [nil, nil]

  var id: VantageID { VantageID(index == 0 ? "direct" : "proxy-\(index)") }

  init(index: Int, network: String) {
    self.index = index
    self.network = network
  }
}
