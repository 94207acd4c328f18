extension InterlockVerdict {
  /// How a lever is shown of which no plan can be made.
  ///
  /// - Parameter error: what the planner threw.
  public static func noPlan(_ error: any Error) -> InterlockVerdict {
    let hold =
      if case HostError.noPlan(let hold) = error { hold } else {
        // Planners say what would help; what else is thrown concerns this host.
        InterlockHold(reason: "\(error)", remedy: "let signalbox doctor check this host and its configuration")
      }
    return InterlockVerdict(name: InterlockName("no-plan"), overridability: .never, hold: hold)
  }
}
