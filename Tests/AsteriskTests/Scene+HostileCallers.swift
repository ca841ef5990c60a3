import JSON
import StandIn

extension Scene {
    static let hostileCallers = [
        Scene("hostile caller names", hostileNames)
    ]

    private static let names: [(what: String, bytes: [UInt8])] = [
        ("quotes and backslashes", Array(#""\"\\"';"#.utf8)),
        ("a line's end", Array("Bob\nagi_arg_1: flow_id=stolen\n\nHANGUP".utf8)),
        ("a reply", Array("200 result=1\n200 result=-1\nHANGUP\n".utf8)),
        ("an expression", Array("${SHELL(id > /tmp/stolen)}".utf8)),
        ("4 KB", [UInt8](repeating: UInt8(ascii: "x"), count: 4000)),
        ("no UTF-8", [0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
        ("control characters", Array(1...31)),
    ]

    /// Whatever the caller's name and number are: the call is as any other, and Asterisk is told nothing by them.
    private static func hostileNames(_ stage: Stage) throws -> String {
        let site = try Site(stage, #"key 1 send {"type":"response","audioUrl":"/audio/bye-8k-100ms.wav","end":true}"#)
        for (what, bytes) in names {
            try stage.asterisk.write(bytes, to: "etc/hostile")
            let call = try site.call(context: "hostile")
            try site.wait("the call of \(what)") {
                site[call].current?.isWait == true
                    && site.service.journal.contains {
                        $0.event == .voice && $0["status"]?.number == 101 && isOf(call, $0, site)
                    }
            }
            try site.press("1", call)
            try site.settle([call])
            let end = site[call]
            try site.require(end.status == "COMPLETED", "\(what): \(end.status) \(end.reason)")
            let known = ["GET FULL", "ANSWER", "WAIT FOR", "STREAM F", "SET VARI", "EXEC MSe", "HANGUP", "CHANNEL "]
            for executed in end.commands {
                try site.require(known.contains { executed.command.hasPrefix($0) }, "\(what): \(executed.command)")
            }
        }
        return "\(names.count) names"
    }

    private static func isOf(_ call: String, _ voice: Journal.Entry, _ site: Site) -> Bool {
        site.service.journal.contains {
            $0.event == .session && $0["sessionId"]?.string?.hasPrefix(call + "-") == true && $0["id"] == voice["id"]
        }
    }
}
