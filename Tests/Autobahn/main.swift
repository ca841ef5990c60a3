import Glibc
import System

// What `make autobahn` runs: an echo client over the product's own WebSocket against the cases of Autobahn|Testsuite, over ws
// and again over wss; a table for each. Groups 12 and 13 are about compression, which the product does not offer.
//
//     autobahn DEBIAN-FOLDER [CASES...]     such as 9.* or 6.4.1; nothing: groups 1 to 10, which are 301 cases
signal(SIGPIPE, SIG_IGN)
let whole = (1...10).map { "\($0).*" }
do {
    guard CommandLine.arguments.count > 1 else { throw Failed(description: "a Debian folder is wanted") }
    let chosen = Array(CommandLine.arguments.dropFirst(2))
    var isGood = true
    for isSecure in [false, true] {
        let scheme = isSecure ? "wss" : "ws"
        let begun = MonotonicClock.now()
        let server = try FuzzingServer(
            chosen.isEmpty ? whole : chosen, isSecure: isSecure, in: CommandLine.arguments[1])
        let client = try EchoClient(server)
        let count = try client.caseCount()
        try client.runCases(count) { if $0 % 50 == 0 { Table.write("\(scheme): \($0) of \(count) cases\n") } }
        let verdicts = try Verdict.all(of: server)
        Table.write(verdicts, scheme, MonotonicClock.now() - begun)
        if verdicts.count != count || chosen.isEmpty && count != 301 {
            throw Failed(description: "\(verdicts.count) verdicts on \(count) cases")
        }
        isGood = isGood && verdicts.allSatisfy(\.grade.isGood)
    }
    if !isGood { throw Failed(description: "not all cases are OK or informational") }
} catch {
    try? Descriptor.writeWhole(2, "autobahn: \(error)\n".utf8)
    exit(1)
}
