import Glibc
import StandIn
import System
import TestService

/// What `extensions.conf.sample` promises.
extension Scene {
    static let dialplan = [
        Scene("strangers' targets and sessions", strangers), Scene("a flow that names them", flowOfAStranger),
        Scene("numbers, names and s reach the flow", everyEntry), Scene("a queue that is there", queue),
        Scene("a program that is not there leads to people", programIsGone),
        Scene("words that say nothing", slips), Scene("sounds of the samples", sounds),
    ]

    private static let session = "a))U(evil^s^1)b(contact-centre^s^1(c"

    /// `@URL@` is a FastAGI server.
    static let targets = [
        "sales,,,,60,agi://@URL@/x", "x@y&Local/09001234@outbound&PJSIP/z", "x,60,M(evil)G(evil^s^1)",
        "x),60,U(evil^s^1)", "Local/1@outbound", "sales\" = \"1\"]?1:1", "${SHELL(touch /tmp/stolen)}",
        "sales\nexten => s,1,Goto(evil,s,1)", "\\,\\&", String(repeating: "sales&", count: 300),
    ]

    /// Whatever stands in the two variables, the sample's way to people executes nothing of it.
    private static func strangers(_ stage: Stage) throws -> String {
        let site = try Site(stage, "")
        let server = try ListeningSocket(port: 0)
        for target in targets {
            let target = target.replacing("@URL@", with: "127.0.0.1:\(server.port)")
            try stage.asterisk.write(Array(target.utf8), to: "etc/target")
            try stage.asterisk.write(Array(session.utf8), to: "etc/session")
            for way in ["people", "contact"] {
                let call = try site.call(variables: ["WAY": way], context: "strangers", exten: "s")
                try site.settle([call])
                let said = "a target of \(target.count) and a session of \(session.count) characters"
                try site.require(site[call].steps.contains { $0.data == said }, "\(target): \(site[call].steps)")
                try requireNothingForeign(site, server, target)
                let dialled = site[call].steps.filter { $0.application == "Dial" }.map(\.data)
                if way == "people" {
                    try site.require(dialled == ["PJSIP/reception,30"], "\(target): \(site[call].steps)")
                } else {
                    let handler = "60,b(contact-centre^s^1(aUevils1bcontact-centres1c))"
                    try site.require(dialled.count == 1 && dialled[0].hasSuffix(",\(handler)"), "\(target): \(dialled)")
                    try site.require(dialled[0].count { $0 == "," } == 2, "\(target): \(dialled)")
                }
            }
        }
        return "\(targets.count) targets"
    }

    static func requireNothingForeign(
        _ site: Site, _ server: borrowing ListeningSocket, _ what: String
    ) throws {
        let steps = site.calls.values.flatMap(\.steps)
        let foreign = steps.filter { ["outbound", "evil"].contains($0.context) || $0.application == "Queue" }
        try site.require(foreign.isEmpty, "\(what): \(foreign)")
        let isCalled = server.accept() != nil
        try site.require(!isCalled, "\(what): the stranger's program was asked")
        try site.require(access("\(site.asterisk.version.folder)/tmp/stolen", F_OK) != 0, "\(what): a shell ran")
    }

    /// The service says so in a call: the caller reaches people, and nothing else.
    private static func flowOfAStranger(_ stage: Stage) throws -> String {
        let server = try ListeningSocket(port: 0)
        var reasons: [String] = []
        for (session, target) in [("s1", targets[0]), ("s1", targets[1]), (session, "nobody")] {
            let target = target.replacing("@URL@", with: "127.0.0.1:\(server.port)")
            let site = try Site(
                stage,
                """
                session reply {"id":"\(session)"}
                handoff-session \(session) {"variables":{}}
                open send {"type":"response","handoffTrigger":true,"transferTarget":"\(target)"}
                """)
            let call = try site.call()
            try site.wait("people") { site[call].steps.contains { $0.context == "people" && $0.application == "Dial" } }
            try site.settle([call])
            try requireNothingForeign(site, server, "\(session) \(target)")
            reasons.append("\(site[call].status) \(site[call].reason)")
        }
        return reasons.joined(separator: ", ")
    }

    private static func everyEntry(_ stage: Stage) throws -> String {
        let site = try Site(stage, #"open send {"type":"response","end":true}"#)
        let entries = ["s", "7", "49301234", "+49301234", "sales"]
        for exten in entries {
            let call = try site.call(exten: exten)
            try site.settle([call])
            try site.require(site[call].status == "COMPLETED", "\(exten): \(site[call].status) \(site[call].reason)")
        }
        // Neither speech nor an earlier session is there, so these go on to people.
        for (context, exten, way) in [
            ("cognigy-voice", "s", "Dial"), ("cognigy-voice", "+4", "Dial"), ("cognigy-handoff", "s", "Queue"),
        ] {
            let call = try site.call(context: context, exten: exten)
            try site.wait("people, from \(context), \(exten)") {
                site[call].steps.contains { $0.context == "people" && $0.application == way }
            }
            try site.hangUp(call)
            try site.settle([call])
        }
        return "\(entries.count) entries"
    }

    private static func queue(_ stage: Stage) throws -> String {
        let site = try Site(
            stage,
            """
            session reply {"id":"s1"}
            handoff-session s1 {"variables":{}}
            open send {"type":"response","handoffTrigger":true,"transferTarget":"sales"}
            """)
        let call = try site.call()
        try site.wait("the queue") { site[call].steps.contains { $0.application == "Queue" } }
        try site.require(
            site[call].steps.contains(RealCall.Step(context: "people", application: "Queue", data: "sales,t,,,300")),
            "\(site[call].steps)")
        try site.hangUp(call)
        try site.settle([call])
        return "\(site[call].status) \(site[call].reason)"
    }

    /// Asterisk says NOTFOUND or FAILURE, and no variable is set by anybody: those of an earlier run must not count.
    private static func programIsGone(_ stage: Stage) throws -> String {
        let site = try Site(stage, #"open send {"type":"response","end":true}"#)
        let program = stage.asterisk.world.path("agi-bin/cognigy-bridge")
        guard rename(program, program + ".away") == 0 else { throw Errno("rename") }
        defer { rename(program + ".away", program) }
        let call = try site.call(
            variables: ["COGNIGY_STATUS": "COMPLETED", "COGNIGY_TRANSFER_TARGET": "sales"])
        try site.settle([call])
        let dialled = site[call].steps.contains { $0.context == "people" && $0.application == "Dial" }
        try site.require(dialled, "the caller did not reach people: \(site[call].steps)")
        return site[call].agiStatus
    }

    /// The dialplan hears of them, and the operator reads what is wrong.
    private static func slips(_ stage: Stage) throws -> String {
        let site = try Site(stage, "")
        for (word, sentence) in [
            ("sales", "AGI(cognigy-bridge,sales): there is no such word"), ("check", "check is a command for a shell"),
        ] {
            let call = try site.call(variables: ["WORD": word], context: "slip", exten: "s")
            try site.settle([call])
            let said = site[call].steps.contains { $0.data == "slipped: ERROR configuration" }
            try site.require(said, "\(word): \(site[call].steps)")
            try site.require(
                !stage.asterisk.log().split(separator: sentence).dropFirst().isEmpty, "\(word): no word in the log")
        }
        return "ERROR configuration"
    }

    /// Debian's package of core sounds has each one that the dialplan and the configuration name.
    private static func sounds(_ stage: Stage) throws -> String {
        let folder = "\(stage.asterisk.version.folder)/usr/share/asterisk/sounds"
        var files = Set<String>()
        for voice in try FolderListing.names(folder) {
            files.formUnion((try? FolderListing.names("\(folder)/\(voice)")) ?? [])
        }
        var named = Set<String>()
        for file in ["extensions.conf.sample", "agi-bin/cognigy-bridge.conf", "README.md"] {
            for line in (contents(of: "\(Binary.root)/\(file)") ?? "").split(separator: "\n") {
                if let start = line.firstRange(of: "Playback(")?.upperBound {
                    named.formUnion(line[start...].prefix { $0 != ")" }.split(separator: "&").map(String.init))
                }
                let words = line.split { " ;=".contains($0) }
                if words.count > 1, ["wait_prompt", "fallback_prompt"].contains(words[0]), line.contains("=") {
                    named.insert(String(words[1]))
                }
            }
        }
        try Failed.require(named.count > 4, "only \(named) are named")
        // What a call brings itself has a name of its own.
        let missing = named.filter { !$0.hasPrefix("${") && !files.contains("\($0).gsm") }
        try Failed.require(missing.isEmpty, "Debian has no sound \(missing)")
        return "\(named.count) sounds"
    }
}

private typealias Failed = Site.Failed

extension Site.Failed {
    fileprivate static func require(_ condition: Bool, _ description: String) throws {
        if !condition { throw Site.Failed(description: description) }
    }
}
