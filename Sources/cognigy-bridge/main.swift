import Glibc
import System

Descriptor.occupyStandard()
CoreDump.forbid()
exit(Commands.run(CommandLine.arguments, environment: ProcessEnvironment.variables).rawValue)
