import Glibc
import TestService

// What `make bench` prints: the figures of the static binary, its budgets, and other programs beside it. `quick`: in a
// minute, on fewer runs.
let comparator = Binary.root + "/Tests/Bench/comparator.py"
let effort = CommandLine.arguments.contains("quick") ? Effort.quick : .whole
signal(SIGPIPE, SIG_IGN)
try StartUp.measure(effort)
try WholeCall.measure(effort)
try Sounds.measure(effort)
try Delays.measure(effort)
try FirstSound.measure(effort)
try SetUp.measure(effort)
try Spoken.measure(effort)
try Saturation.measure(effort)
try Crowd.measure(effort)
try Assist.measure(effort)
