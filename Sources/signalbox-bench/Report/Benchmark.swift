/// Something that can be measured.
protocol Benchmark {
  /// Measures it.
  ///
  /// - Parameter progress: told what goes on, for a person who waits.
  func measure(progress: (String) -> Void) throws -> Section
}
