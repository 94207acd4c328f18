import FoundationEssentials
import Glibc
import Operations
import PostgresAdapter
import TestSupport
import Testing

@testable import Workload

@Suite struct SettingsTests {
  private let directory = TemporaryDirectory("signalbox-settings")

  private func environment(_ changes: [String: String?] = [:]) -> [String: String] {
    let password = directory.write("secret words\n", to: "password")
    var environment = [
      "WORKLOAD_RELEASE": "1.2", "WORKLOAD_CLOUD": "aws",
      "WORKLOAD_DATABASE_WRITE_HOSTS": "db.aws.example.com:5432,[::1]:5433", "WORKLOAD_DATABASE_NAME": "app",
      "WORKLOAD_DATABASE_USER": "app", "WORKLOAD_DATABASE_PASSWORD_FILE": password,
      "WORKLOAD_DATABASE_ROOT_CERTIFICATE": "none",
    ]
    for (name, value) in changes { environment[name] = value }
    return environment
  }

  @Test func theUsualIsRead() throws {
    let settings = try WorkloadSettings(environment: environment(["WORKLOAD_LISTEN": "10.0.0.1:80"]))
    #expect(settings.listen == WorkloadSettings.Listen(address: "10.0.0.1", port: 80))
    #expect(settings.database.writeHosts.map(\.description) == ["db.aws.example.com:5432", "[::1]:5433"])
    #expect(settings.database.password.reveal() == "secret words")
    #expect(settings.passwordIterations == 600_000)
    #expect(settings.secureCookies)
    #expect(!String(reflecting: settings).contains("secret words"))
  }

  @Test(arguments: [
    ("WORKLOAD_LISTEN", "8080"), ("WORKLOAD_LISTEN", "::1:80"), ("WORKLOAD_LISTEN", "a b:80"),
    ("WORKLOAD_LISTEN", "localhost:65536"), ("WORKLOAD_RELEASE", ""), ("WORKLOAD_RELEASE", "1.0\"}"),
    ("WORKLOAD_CLOUD", "a\nb"), ("WORKLOAD_DATABASE_WRITE_HOSTS", "a:1,,b:2"),
    ("WORKLOAD_DATABASE_WRITE_HOSTS", "a:0"), ("WORKLOAD_DATABASE_READ_HOST", "a"),
    ("WORKLOAD_DATABASE_PASSWORD_FILE", "/no/such/file"), ("WORKLOAD_DATABASE_ROOT_CERTIFICATE", "/no/such/file"),
    ("WORKLOAD_DATABASE_ROOT_CERTIFICATE", ""), ("WORKLOAD_DATABASE_CONNECTIONS", "0"),
    ("WORKLOAD_PASSWORD_ITERATIONS", "999"), ("WORKLOAD_SESSION_SECONDS", "soon"),
    ("WORKLOAD_LOGIN_ATTEMPTS", "2"), ("WORKLOAD_LOGIN_PAUSE_SECONDS", "0"), ("WORKLOAD_SWEEP_SECONDS", "5m"),
    ("WORKLOAD_COOKIE_SECURE", "yes"), ("WORKLOAD_THREADS", "-1"),
  ])
  func whatIsWrongIsNamedWithARemedy(variable: String, value: String) throws {
    let problems = try #require(throws: SettingsProblems.self) {
      try WorkloadSettings(environment: environment([variable: value]))
    }
    #expect(problems.problems.map(\.variable) == [variable])
    #expect(problems.problems.allSatisfy { !$0.remedy.isEmpty })
  }

  @Test func everythingThatIsWrongIsSaidAtOnce() throws {
    let problems = try #require(throws: SettingsProblems.self) { try WorkloadSettings(environment: [:]) }
    #expect(problems.problems.count == 7)
  }

  @Test func theProgramRefusesWithStatusTwo() {
    let refused = ChildProcess.run(["env", "-i", WorkloadInstance.program, "serve"])
    #expect(refused.status == 2)
    #expect(refused.output.contains("WORKLOAD_DATABASE_WRITE_HOSTS: is not set; use for example"))
    #expect(ChildProcess.run([WorkloadInstance.program, "dance"]).status == 2)
    let help = ChildProcess.run([WorkloadInstance.program, "--help"])
    #expect(help.status == 0 && help.output.contains("usage: signalbox-workload"))
  }
}
