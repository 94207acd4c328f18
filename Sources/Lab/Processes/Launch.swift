/// A program to start, and how.
struct Launch: Sendable {
  var executable: String
  var arguments: [String]
  /// The whole environment; nothing is inherited, so no secret of the operator's shell reaches a part.
  var environment: [String: String] = [:]
  /// Below the lab's directory for every process of a lab: it is how what a crash left behind is recognised.
  var workingDirectory: String
  /// Where its standard output and error are appended.
  var output: String
  /// Read by the child as its standard input; nil for none.
  var input: Int32?
  /// Another account to run under; only for root.
  var account: String?
  /// Whether the account may pass through folders that are closed to it, on the way to the lab's own.
  var passesClosedFolders = false
  /// Whether it is killed when this process ends, however it ends.
  var diesWithParent = true
  /// A process group of its own: a Ctrl-C at the terminal is for the command, not for the lab.
  var hasOwnGroup = true

  init(_ executable: String, _ arguments: [String], in workingDirectory: String, output: String) {
    self.executable = executable
    self.arguments = arguments
    self.workingDirectory = workingDirectory
    self.output = output
  }

  static let basicEnvironment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"]

  /// The command as it is started: through env(1) for the working directory, which posix_spawn has no portable way to
  /// set, and setpriv(1), which sets the parent-death signal after the account, so that the change of account does not
  /// clear it (prctl(2), PR_SET_PDEATHSIG).
  func command(setpriv: String) -> [String] {
    var wrapper: [String] = []
    if let account { wrapper += ["--reuid=\(account)", "--regid=\(account)", "--init-groups"] }
    if account != nil, passesClosedFolders {
      wrapper += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    }
    if diesWithParent { wrapper += ["--pdeathsig", "KILL"] }
    if !wrapper.isEmpty { wrapper = [setpriv] + wrapper + ["--"] }
    return ["/usr/bin/env", "--chdir=\(workingDirectory)"] + wrapper + [executable] + arguments
  }
}
