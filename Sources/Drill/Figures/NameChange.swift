public import Operations

/// When the authoritative server stopped answering with a cloud's address.
public enum NameChange: Sendable, Equatable {
  case changed(atSeconds: Double)
  /// The cloud was still answered at the end.
  case unchanged
  /// It had too small a share before for its absence to mean anything, or the server was not asked.
  case unknown(String)

  /// What the share before must make likely within the quiet span: 20 answers expected and none seen is chance once in
  /// 5 · 10⁸.
  private static let expectedAnswers = 20.0

  /// - Parameters:
  ///   - answers: in order of time.
  ///   - start: the fault.
  ///   - end: the healing.
  public static func find(_ answers: [AnswerRecord], of cloud: CloudID, from start: Double, to end: Double) -> Self {
    let before = answers.filter { $0.atSeconds < start }
    let total = before.reduce(0) { $0 + $1.total }
    let hits = before.reduce(0) { $0 + $1.countByCloud[cloud, default: 0] }
    guard total > 0 else { return .unknown("the name server gave no answers before") }
    let share = Double(hits) / Double(total)
    let after = answers.filter { $0.atSeconds >= start && $0.atSeconds <= end && $0.total > 0 }
    let quiet = after.suffix(while: { $0.countByCloud[cloud, default: 0] == 0 })
    guard let first = quiet.first else {
      return after.isEmpty ? .unknown("the name server gave no answers after") : .unchanged
    }
    let expected = share * Double(quiet.reduce(0) { $0 + $1.total })
    guard expected >= Self.expectedAnswers else {
      return .unknown("\(cloud) had too few of the answers for their absence to mean anything")
    }
    return .changed(atSeconds: first.atSeconds)
  }
}

extension Array {
  /// The longest end of it whose elements all satisfy `condition`.
  fileprivate func suffix(while condition: (Element) -> Bool) -> ArraySlice<Element> {
    var start = endIndex
    while start > startIndex, condition(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}
