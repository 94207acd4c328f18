extension Keymap {
  static let failover = [
    Binding(
      .failoverPage, [.character("w")], "why",
      "Open failover, or close it: its state, why it does or does not act, who may take writes, what happened",
      .failover, bar: 4),
    Binding(
      .failover, [.character("f")], "fail over",
      "Plan to move the primary: a failover while it is down, else a switchover, in which nothing is lost", .failover,
      bar: 3, brief: "failover"),
    Binding(
      .evacuate, [.character("e")], "evacuate",
      "Plan to send all users away from a cloud; its database keeps its role", .failover, bar: 7, brief: "evac"),
    Binding(.failback, [.character("b")], "fail back", "Plan to move the primary back", .failover, bar: 9),
    Binding(
      .rejoin, [.character("r")], "rejoin", "Plan to take an old primary in again, as a secondary", .failover,
      place: .outsideReplication),
    Binding(
      .pauseAutomation, [.character("p")], "pause",
      "Pause the automation at once, or resume it: while paused nothing fails over without a person", .failover,
      bar: 5, place: .outsideReplication),
    Binding(
      .stopCountdown, [.character("x"), .control("x")], "stop",
      "Stop the countdown to an automatic failover, at once; Ctrl-X does so whatever is open", .failover),
    Binding(
      .acknowledge, [.character("a")], "acknowledge",
      "Say that the last automatic failover has been seen: another may follow", .failover,
      bar: -1, place: .outsideReplication, brief: "ack"),
    Binding(
      .pauseOperation, [.character("P")], "pause plan",
      "Pause the plan that runs after the step that it is in, or resume it", .failover),
    Binding(
      .abortOperation, [.character("A")], "abort plan",
      "Abort the plan that runs: what was done is taken back, in reverse; not past the point of no return",
      .failover),
  ]
}
