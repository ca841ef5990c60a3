import Glibc
import TestService

// What `make bench` prints: the figures of the static binary, the budget of each, and the Python program's.
let comparator = Binary.root + "/Tests/Bench/comparator.py"
signal(SIGPIPE, SIG_IGN)
Report.heading()
try StartUp.measure()
try WholeCall.measure()
try Delays.measure()
try FirstSound.measure()
try SetUp.measure()
try Crowd.measure()
try Assist.measure()
