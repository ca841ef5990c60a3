import Glibc
import System

Descriptor.occupyStandard()
exit(Doors.open(CommandLine.arguments, environment: ProcessEnvironment.variables).rawValue)
