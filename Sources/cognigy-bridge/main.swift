import Glibc
import System

Descriptor.occupyStandard()
CoreDump.forbid()
exit(Commands.run(ProcessEnvironment.arguments, environment: ProcessEnvironment.variables).rawValue)
