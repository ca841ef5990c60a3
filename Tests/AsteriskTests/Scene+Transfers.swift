import Glibc
import StandIn
import System
import TestService

/// What Asterisk does with the commands by which a caller is transferred in the middle of a call. A program of shell sends
/// them, those that the bridge sends, and writes down each answer.
extension Scene {
    static let transfers = [
        Scene("a transfer: nobody is there") { try dial($0, "nobody", status: "CHANUNAVAIL") },
        Scene("a transfer: somebody answers, and hangs up") { try dial($0, "brief", status: "ANSWER") },
        Scene("a transfer: the caller hangs up meanwhile", hangUp), Scene("a transfer: the dialplan has none", unknown),
        Scene("a transfer: REFER on a Local channel") { try refer($0) },
        Scene("a transfer: REFER over SIP") { try referOverSIP($0) },
        Scene("a flow's transfers in one call", flowTransfers),
        Scene("a flow's transfer: the caller hangs up meanwhile", hangUpOnFlow),
        Scene("the sample's transfer: no trunk, no call") { try sample($0, trunk: "", status: "NONE") },
        Scene("the sample's transfer: by a trunk") { try sample($0, trunk: "rfc4733", status: "ANSWER") },
        Scene("the sample's transfer: strangers' targets", transferStrangers),
        Scene("the sample's transfer: music while it rings", musicWhileItRings),
        Scene("keys for the caller's telephone", sendKeys), Scene("headers of the INVITE", headers),
    ]

    /// In place of the bridge.
    private static let program = """
        #!/bin/sh
        trap 'echo SIGHUP >>/var/log/asterisk/answers' HUP
        while read -r line && [ -n "$line" ]; do :; done
        while read -r command <&4; do
            printf '%s\\n' "$command"
            while read -r answer; do
                printf '%s\\n' "$answer" >>/var/log/asterisk/answers
                case $answer in 1*) ;; *) break ;; esac
            done
        done 4</etc/asterisk/commands

        """

    /// The bridge carries out what a flow wants: nobody is there, then somebody answers, and each time the flow goes on.
    private static func flowTransfers(_ stage: Stage) throws -> String {
        let site = try Site(
            stage,
            """
            event CALL_CREATED command {"verb":"play","url":"/audio/welcome-16k-700ms.wav"}
            input 1 command [{"verb":"play","url":"/audio/menu-8k-500ms.wav"},\(dialVerb("100"))]
            event TRANSFER_DIAL_ERROR command {"verb":"play","url":"/audio/answer-8k-300ms.wav"}
            input 2 command \(dialVerb("200"))
            event TRANSFER_DIAL_SUCCESS command {"verb":"play","url":"/audio/number-8k-300ms.wav"}
            input 9 command {"verb":"hangup"}
            """, settings: "[handoff]\nroutine = transfers", endpoint: true)
        let call = try site.call()
        for (key, prompts) in [("1" as Character, 1), ("2", 3)] {
            try site.wait("prompt \(prompts)") {
                site[call].streams.count == prompts && site[call].current?.isWait == true
            }
            try site.press(key, call)
        }
        try site.wait("the last prompt") { site[call].streams.count == 4 && site[call].current?.isWait == true }
        try site.press("9", call)
        try site.settle([call])
        try site.require(site[call].status == "COMPLETED", "\(site[call].status) \(site[call].reason)")
        let inputs = site.service.journal.filter { $0.event == .input }.map { $0["name"]?.string ?? "" }
        try site.require(
            inputs == [
                "CALL_CREATED", "RECOGNIZED_DTMF", "TRANSFER_DIAL_ERROR", "RECOGNIZED_DTMF", "TRANSFER_DIAL_SUCCESS",
                "RECOGNIZED_DTMF",
            ], "\(inputs)")
        let places = site[call].commands.map(\.command).filter { $0.hasPrefix("STREAM") || $0.hasPrefix("GOSUB") }
            .filter { !$0.hasSuffix(" 100000000") }.map { $0.prefix(6) }
        let expected = ["STREAM", "STREAM", "GOSUB ", "STREAM", "GOSUB ", "STREAM"]
        try site.require(places.map(String.init) == expected, "\(places)")
        return "2 transfers, 3 keys"
    }

    /// As any call ends that is hung up: with its variables set, for the h extension.
    private static func hangUpOnFlow(_ stage: Stage) throws -> String {
        let site = try Site(
            stage, "event CALL_CREATED command \(dialVerb("300"))", settings: "[handoff]\nroutine = transfers",
            endpoint: true)
        let call = try site.call()
        try site.wait("the dialplan") { site[call].steps.contains { $0.application == "Dial" } }
        try site.watch(.milliseconds(500))
        try site.hangUp(call)
        try site.settle([call])
        try site.require(site[call].status == "HANGUP", "\(site[call].status) \(site[call].reason)")
        try site.require(site[call].farewell?.hasPrefix("hung up: HANGUP hangup") == true, "\(site[call].steps)")
        return site[call].agiStatus
    }

    private static func dialVerb(_ number: String) -> String {
        #"{"verb":"dial","target":[{"type":"phone","number":"\#(number)"}]}"#
    }

    /// Plays with that program, which sends `commands`.
    private static func play(
        _ stage: Stage, _ commands: [String], _ go: (Site) throws -> String
    ) throws -> String {
        let program = stage.asterisk.world.path("agi-bin/cognigy-bridge")
        guard rename(program, program + ".away") == 0 else { throw Errno("rename") }
        defer { rename(program + ".away", program) }
        try stage.asterisk.write(Array(Self.program.utf8), to: "agi-bin/cognigy-bridge")
        guard chmod(program, 0o755) == 0 else { throw Errno("chmod") }
        try stage.asterisk.write(commands.flatMap { Array(($0 + "\n").utf8) }, to: "etc/commands")
        try stage.asterisk.write([], to: "log/answers")
        return try go(try Site(stage, ""))
    }

    private static func answers(_ site: Site) throws -> [String] {
        String(decoding: try site.asterisk.bytes("log/answers"), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Those of the bridge for such a transfer (`TransferOrder` and `Handset.steps`).
    private static func transfer(_ kind: String, to target: String) -> [String] {
        let status = kind == "dial" ? "DIALSTATUS" : "TRANSFERSTATUS"
        let variables = "TYPE=\(kind),COGNIGY_TRANSFER_TARGET=\(target),COGNIGY_TRANSFER_TIMEOUT=20,\(status)=NONE"
        return [
            "SET VARIABLE COGNIGY_TRANSFER_CALLER \"\"", "SET VARIABLE COGNIGY_TRANSFER_HEADERS \"\"",
            "SET VARIABLE COGNIGY_TRANSFER_MUSIC \"\"", "EXEC MSet \"COGNIGY_TRANSFER_\(variables)\"",
            "GOSUB \"transfers\" \"s\" 1", "CHANNEL STATUS",
            "GET FULL VARIABLE \"m ${\(status)}\"",
        ]
    }

    /// Three variables are cleared, and the rest set, before the dialplan takes over.
    private static let prepared = ["200 result=1", "200 result=1", "200 result=1", "200 result=0"]
    private static let gone = ["100 result=0 Trying..."]

    private static func dial(_ stage: Stage, _ target: String, status: String) throws -> String {
        let wait = Array(repeating: "WAIT FOR DIGIT -1", count: 2)
        return try play(stage, wait + transfer("dial", to: target) + wait) { site in
            let call = try site.call()
            try site.wait("the program") { site[call].current?.isWait == true }
            try site.press("1", call)
            try site.press("2", call)
            try site.wait("the caller's return") {
                site[call].commands.contains { $0.command.hasPrefix("GET FULL") } && site[call].current?.isWait == true
            }
            try site.press("3", call)
            try site.press("4", call)
            try site.settle([call])
            let complete =
                status == "ANSWER" ? "200 result=0 Gosub complete (abnormal exit)" : "200 result=0 Gosub complete"
            let answers = try answers(site)
            try site.require(
                answers == ["200 result=49", "200 result=50"] + prepared + gone
                    + [complete, "200 result=6", "200 result=1 (m \(status))", "200 result=51", "200 result=52"],
                "\(answers)")
            return status
        }
    }

    private static func hangUp(_ stage: Stage) throws -> String {
        try play(stage, transfer("dial", to: "stay")) { site in
            let call = try site.call()
            try site.wait("the dialplan") { site[call].steps.contains { $0.application == "Dial" } }
            try site.watch(.milliseconds(500))
            try site.hangUp(call)
            try site.settle([call])
            let answers = try answers(site)
            try site.require(answers.starts(with: prepared + gone), "\(answers)")
            let dead = answers.contains { $0.hasPrefix("511 ") }
            try site.require(dead && answers.contains("SIGHUP"), "\(answers)")
            return site[call].agiStatus
        }
    }

    private static func unknown(_ stage: Stage) throws -> String {
        try play(stage, ["GOSUB \"nowhere\" \"s\" 1", "CHANNEL STATUS"]) { site in
            let call = try site.call()
            try site.settle([call])
            let answers = try answers(site)
            try site.require(answers == ["200 result=-1 Gosub label not found", "200 result=6"], "\(answers)")
            return site[call].agiStatus
        }
    }

    private static func refer(_ stage: Stage) throws -> String {
        try play(stage, transfer("refer", to: "sip:a@b")) { site in
            let call = try site.call()
            try site.settle([call])
            return try status(site)
        }
    }

    private static func referOverSIP(_ stage: Stage) throws -> String {
        try play(stage, transfer("refer", to: "sip:stay@\(stage.peer.address)")) { site in
            let call = try site.callOverSIP("rfc4733", robot: "joined")
            try site.settle([call])
            let answers = try answers(site)
            // The caller's exchange may hang up before it says that it has taken him; Asterisk 16 does.
            if answers.suffix(2).first == "SIGHUP", answers.last?.hasPrefix("511 ") == true { return "hung up" }
            let status = try status(site)
            try site.require(status == "SUCCESS", "TRANSFERSTATUS is \(status)")
            return status
        }
    }

    /// The sample as it is shipped. The other Asterisk is the trunk.
    private static func sample(_ stage: Stage, trunk: String, status: String) throws -> String {
        let variables =
            "TYPE=dial,COGNIGY_TRANSFER_TARGET=777,COGNIGY_TRANSFER_TIMEOUT=20,COGNIGY_TRANSFER_CALLER=4711,"
            + "COGNIGY_TRANSFER_HEADERS=X-A=a=b c~X-B=d,DIALSTATUS=NONE"
        let commands = [
            "EXEC MSet \"COGNIGY_TRANSFER_\(variables)\"", "GOSUB \"cognigy-transfer\" \"s\" 1",
            "GET FULL VARIABLE \"m ${DIALSTATUS}\"", "GET FULL VARIABLE \"${CALLERID(num)}\"",
        ]
        return try play(stage, commands) { site in
            let before = stage.peer.log().utf8.count
            let call = try site.call(variables: trunk.isEmpty ? [:] : ["COGNIGY_TRUNK": trunk])
            try site.settle([call])
            let answers = try answers(site)
            try site.require(answers.contains("200 result=1 (m \(status))"), "\(answers) \(site[call].steps)")
            // The caller is who he was before.
            try site.require(answers.last?.hasPrefix("200 result=1 (+49") == true, "\(answers)")
            try site.require(answers.contains("200 result=0 Gosub complete"), "\(answers)")
            if trunk.isEmpty { return status }
            try site.require(site[call].steps.contains { $0.data == "CALLERID(num)=4711" }, "\(site[call].steps)")
            let log = String(decoding: Array(stage.peer.log().utf8.dropFirst(before)), as: UTF8.self)
            let said = "777 is called with a=b c and d"
            try site.require(!log.split(separator: said).dropFirst().isEmpty, log)
            return status
        }
    }

    /// Whatever a flow has named, the sample executes nothing of it.
    private static func transferStrangers(_ stage: Stage) throws -> String {
        let site = try Site(stage, "")
        let server = try ListeningSocket(port: 0)
        for target in targets {
            let target = target.replacing("@URL@", with: "127.0.0.1:\(server.port)")
            try stage.asterisk.write(Array(target.utf8), to: "etc/target")
            for (exten, way) in [("s", "dial"), ("s", "refer"), ("777", "dial")] {
                let call = try site.call(
                    variables: ["WAY": way, "COGNIGY_TRUNK": "nowhere"], context: "transfer-strangers", exten: exten)
                try site.settle([call])
                try requireNothingForeign(site, server, target)
                let steps = site[call].steps
                try site.require(steps.contains { $0.data == "back from the transfer" }, "\(target): \(steps)")
                let dialled = steps.filter { $0.application == "Dial" }.map(\.data)
                try site.require(dialled.count == (exten == "s" ? 0 : 1), "\(target): \(dialled)")
                try site.require(
                    dialled.allSatisfy { $0.hasPrefix("PJSIP/777@nowhere,") && $0.count { $0 == "," } == 2 },
                    "\(target): \(dialled)")
            }
        }
        return "\(targets.count) targets"
    }

    /// A flow's music is heard until somebody answers, and not into the conversation.
    private static func musicWhileItRings(_ stage: Stage) throws -> String {
        let site = try Site(
            stage,
            """
            event CALL_CREATED command {"dial":{"dialMusic":"/audio/music-8k-700ms.wav","target":[{"number":"778"}]}}
            event any command {"hangup":{}}
            """, settings: "[handoff]\nroutine = transfers-with-music", endpoint: true)
        let call = try site.callOverSIP("rfc4733", robot: "listen")
        try site.settle([call])
        let names = site.inputs(call).compactMap { $0["name"]?.string }
        try site.require(names == ["CALL_CREATED", "TRANSFER_DIAL_SUCCESS"], "\(names) \(site[call].steps)")
        try site.wait("the end of the music") { site.isQuiet(for: .milliseconds(300)) }
        let bytes = try stage.peer.bytes("log/heard.sln16")
        // Tenths of a second in which something is heard.
        let tenths = stride(from: 0, to: bytes.count - 3200, by: 3200).map { start in
            stride(from: start, to: start + 3200, by: 2).contains { bytes[$0 + 1] != 0 && bytes[$0 + 1] != 0xFF }
        }
        let heard = tenths.count { $0 }
        let story = site[call].steps.suffix(14).map { "\($0.application)(\($0.data))" }
        let silence = tenths.reversed().prefix { !$0 }.count
        try site.require(heard > 18, "heard for \(heard) tenths of \(tenths.count); \(story)")
        try site.require((12...30).contains(silence), "silent for \(silence) tenths at the end; \(story)")
        return "heard for \(Double(heard) / 10) s of 3"
    }

    /// TRANSFERSTATUS as the program was told it.
    private static func status(_ site: Site) throws -> String {
        let answers = try answers(site)
        let start = "200 result=1 (m "
        guard let line = answers.first(where: { $0.hasPrefix(start) }) else {
            throw Site.Failed(description: "no status: \(answers)")
        }
        return String(line.dropFirst(start.count).dropLast())
    }

    private static func sendKeys(_ stage: Stage) throws -> String {
        try play(stage, ["EXEC SendDTMF \"12w#,250,100\"", "WAIT FOR DIGIT -1"]) { site in
            let call = try site.call()
            try site.wait("the program") { site[call].current?.isWait == true }
            try site.press("7", call)
            try site.settle([call])
            let answers = try answers(site)
            try site.require(answers == ["200 result=0", "200 result=55"], "\(answers)")
            return "4 sent, 1 received"
        }
    }

    private static func headers(_ stage: Stage) throws -> String {
        let functions = ["X-CID", "X-None", "From"].map { "m ${PJSIP_HEADER(read,\($0))}" }
        return try play(stage, ["GET FULL VARIABLE \"m x\(functions.joined())\""]) { site in
            let call = try site.callOverSIP("rfc4733", headers: ["X-CID": "4711"])
            try site.settle([call])
            let answers = try answers(site)
            try site.require(answers.first?.hasPrefix("200 result=1 (m xm 4711m m ") == true, "\(answers)")
            return answers.first.map { String($0.dropFirst(29)) } ?? ""
        }
    }
}
