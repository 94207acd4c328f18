import FoundationEssentials
import Glibc
import Workload

let status = await WorkloadProgram.run(
  arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
// Libraries would tidy up under sessions that are still open on other threads, and those would crash.
fflush(nil)
quick_exit(status)
