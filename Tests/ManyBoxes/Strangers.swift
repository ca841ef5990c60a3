import System
import TestService

/// Who must get nothing from Kamailio: neither a call to elsewhere, nor an answer where he is not of the trunk.
extension Fault {
    static func strangersKnock(_ site: Site, _ row: inout Row) throws {
        let elsewhere = try UDPSocket(address: "\(site.network).9")
        let target = "sip:100@\(site.network).9:\(elsewhere.port)"
        let number = "sip:+4950@\(site.kamailio.address)"
        let route = "Route: <sip:\(site.kamailio.address);lr>\r\nRoute: <\(target);lr>\r\n"
        let knocks: [(what: String, from: String, to: String, headers: String, tag: String, answer: String?)] = [
            ("a stranger calls a number", ".7", number, "", "", nil),
            ("a stranger follows a route", ".7", number, route, ";tag=1", nil),
            ("a name that is no number", ".1", "sip:admin@\(site.kamailio.address)", "", "", "403"),
            ("a route to elsewhere within a call", ".1", number, route, ";tag=1", "403"),
            (
                "an address elsewhere within a call", ".1", target, "Route: <sip:\(site.kamailio.address);lr>\r\n",
                ";tag=1", "403"
            ),
            ("no route within a call", ".1", target, "", ";tag=1", "404"),
            ("a REGISTER", ".1", "sip:\(site.kamailio.address)", "", "", "405"),
        ]
        for knock in knocks {
            let socket = try UDPSocket(address: site.network + knock.from)
            let method = knock.answer == "405" ? "REGISTER" : "INVITE"
            let name = String(UInt64.random(in: 0 ... .max), radix: 36)
            let text = [
                "\(method) \(knock.to) SIP/2.0",
                "Via: SIP/2.0/UDP \(site.network)\(knock.from):\(socket.port);branch=z9hG4bK\(name)",
                "From: <sip:+4970@\(site.network)\(knock.from)>;tag=\(name)", "To: <\(knock.to)>\(knock.tag)",
                "Call-ID: \(name)", "CSeq: 1 \(method)",
                "Contact: <sip:+4970@\(site.network)\(knock.from):\(socket.port)>",
                "Max-Forwards: 70", knock.headers + "Content-Length: 0", "", "",
            ].joined(separator: "\r\n")
            row.new += 1
            socket.send(Array(text.utf8), to: site.kamailio.address, port: 5060)
            // Where no answer is due, one that is comes behind it: Kamailio has been through the first by then.
            let witness = try UDPSocket(address: site.network + ".1")
            let options = [
                "OPTIONS sip:\(site.kamailio.address) SIP/2.0",
                "Via: SIP/2.0/UDP \(site.network).1:\(witness.port);branch=z9hG4bKw\(name)",
                "From: <sip:+4970@\(site.network).1>;tag=w\(name)", "To: <sip:\(site.kamailio.address)>",
                "Call-ID: w\(name)", "CSeq: 1 OPTIONS", "Max-Forwards: 70", "Content-Length: 0", "", "",
            ].joined(separator: "\r\n")
            var answers: [String] = []
            if knock.answer != nil {
                try site.wait(knock.what) { take(socket, &answers) }
            } else {
                witness.send(Array(options.utf8), to: site.kamailio.address, port: 5060)
                var heard: [String] = []
                try site.wait("an answer to OPTIONS") { take(witness, &heard) }
                _ = take(socket, &answers)
            }
            row.require(
                answers.last == knock.answer, "\(knock.what): answered \(answers), not \(knock.answer ?? "at all")")
        }
        row.require(elsewhere.receive() == nil, "a stranger was led elsewhere")
        row.newLost = row.new
        row.words = "none was led to a box or elsewhere"
    }

    /// Takes the final answers that have come; whether there is one.
    private static func take(_ socket: UDPSocket, _ answers: inout [String]) -> Bool {
        while let packet = socket.receive() {
            let words = String(decoding: packet.bytes, as: UTF8.self).split(separator: " ", maxSplits: 2)
            if words.count > 1, words[1] >= "200" { answers.append(String(words[1])) }
        }
        return !answers.isEmpty
    }
}
