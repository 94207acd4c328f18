import ArgumentParser
import Glibc
import Host
import Operations

/// The exit statuses that scripts can count on.
enum ExitStatus {
  static let failed: Int32 = 1
  static let usage: Int32 = 2
  static let refused: Int32 = 3

  static func end(with error: any Error) -> Never {
    let code = Signalbox.exitCode(for: error)
    switch error {
    case let refusal as Refusal:
      Output.error("refused by \(refusal.holding.count == 1 ? "an interlock" : "interlocks"):")
      for verdict in refusal.holding { Output.error("  " + describe(verdict)) }
      leave(with: refused)
    case let error as HostError:
      Output.error("signalbox: \(error)")
      switch error {
      case .invalidRequest, .noPlan: leave(with: usage)
      case .unreachable, .unknownPlan, .failed: leave(with: failed)
      }
    case let error as ConfigurationError:
      Output.error("signalbox: \(error)")
      leave(with: usage)
    case let exitCode as ExitCode:
      leave(with: exitCode.rawValue)
    default:
      let message = Signalbox.fullMessage(for: error)
      if code == .success {
        print(message)
        leave(with: 0)
      }
      Output.error(message)
      leave(with: code == .validationFailure ? usage : failed)
    }
  }

  /// Ends the process at once. Libraries would tidy up at its exit (OpenSSL frees its locks) under the sessions of links
  /// and probes that are still open on other threads, and those would crash.
  static func leave(with status: Int32) -> Never {
    fflush(nil)
    quick_exit(status)
  }

  static func describe(_ verdict: InterlockVerdict) -> String {
    guard let hold = verdict.hold else { return "\(verdict.name): clear" }
    let override =
      verdict.overridability == .byName ? "or --override \(verdict.name)" : "cannot be overridden"
    return "\(verdict.name): \(hold.reason) — \(hold.remedy); \(override)"
  }
}
