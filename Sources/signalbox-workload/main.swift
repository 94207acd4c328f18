import FoundationEssentials
import Glibc
import Workload

exit(
  await WorkloadProgram.run(
    arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment))
