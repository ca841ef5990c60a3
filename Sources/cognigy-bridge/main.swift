import Glibc

exit(Doors.open(CommandLine.arguments, environment: ProcessEnvironment.variables).rawValue)
