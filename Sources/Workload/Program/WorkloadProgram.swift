internal import Glibc
internal import NIOCore
internal import PostgresAdapter

/// The command line of `signalbox-workload`.
public enum WorkloadProgram {
  static let usage = """
    usage: signalbox-workload serve | migrate | --help

      serve     serves the web application until SIGTERM
      migrate   creates or updates the tables in every database of WORKLOAD_DATABASE_WRITE_HOSTS; run it as their owner

    Settings come from the environment:

      WORKLOAD_LISTEN                      address:port (127.0.0.1:8080)
      WORKLOAD_RELEASE                     the release that runs
      WORKLOAD_CLOUD                       the cloud it runs in
      WORKLOAD_DATABASE_WRITE_HOSTS        host:port,host:port of all clouds' databases
      WORKLOAD_DATABASE_READ_HOST          host:port of the own cloud's database
      WORKLOAD_DATABASE_NAME               database
      WORKLOAD_DATABASE_USER               application role; the owner for migrate
      WORKLOAD_DATABASE_PASSWORD_FILE      file with the password
      WORKLOAD_DATABASE_ROOT_CERTIFICATE   file of trusted certificates, or none
      WORKLOAD_DATABASE_CONNECTIONS        sessions at most, of each of three pools (6)
      WORKLOAD_DATABASE_APPLICATION_ROLE   migrate only: role that is granted new tables
      WORKLOAD_ASSETS                      directory with css/bootstrap.min.css (/usr/share/javascript/bootstrap5)
      WORKLOAD_PASSWORD_ITERATIONS         PBKDF2 iterations (600000)
      WORKLOAD_SESSION_SECONDS             lifetime of a login (43200)
      WORKLOAD_LOGIN_ATTEMPTS              logins that may fail in a row under one address (10)
      WORKLOAD_LOGIN_PAUSE_SECONDS         wait after these, and until they are forgotten (300)
      WORKLOAD_SWEEP_SECONDS               longest time between two removals of what has expired (600)
      WORKLOAD_COOKIE_SECURE               on or off (on)
      WORKLOAD_THREADS                     threads for HTTP (1)

    Exit status: 0 done, 1 failed, 2 wrong usage or settings.
    """

  /// - Parameter arguments: without the program's name.
  /// - Returns: the exit status.
  public static func run(arguments: [String], environment: [String: String]) async -> Int32 {
    do {
      switch arguments {
      case ["serve"]:
        let settings = try WorkloadSettings(environment: environment)
        try await WorkloadServer(settings).run { address in
          write(
            "serving release \(settings.release) at \(address?.description ?? "an unknown address")", to: STDOUT_FILENO)
        }
      case ["migrate"]:
        let lines = try await Migration(settings: WorkloadSettings.Database(environment: environment)).run()
        for line in lines { write(line, to: STDOUT_FILENO) }
      case ["--help"], ["-h"], ["help"]:
        write(usage, to: STDOUT_FILENO)
      default:
        write(usage, to: STDERR_FILENO)
        return 2
      }
      return 0
    } catch let problems as SettingsProblems {
      write("\(problems)", to: STDERR_FILENO)
      return 2
    } catch {
      write("signalbox-workload: \(error)", to: STDERR_FILENO)
      return 1
    }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var line = text + "\n"
    line.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
