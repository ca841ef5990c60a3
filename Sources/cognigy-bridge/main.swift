import Glibc
import System

Descriptor.occupyStandard()
CoreDump.forbid()
exit(Doors.open(CommandLine.arguments, environment: ProcessEnvironment.variables).rawValue)
