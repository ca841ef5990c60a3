import Glibc
import System
import TestService
import Testbed

/// What `cognigy-bridge dialplan` prints, in place of `extensions.conf.sample`.
extension Scene {
    static let printed = [
        Scene("a printed dialplan is loaded and leads on") { try loaded($0, ["--people", "agents,s,1"]) },
        Scene("a printed dialplan for FreePBX is loaded and leads on") {
            try loaded($0, ["--freepbx", "--people", "agents,s,1"])
        },
    ]

    private static let file = "etc/cognigy-bridge-dialplan.conf"

    private static func loaded(_ stage: Stage, _ words: [String]) throws -> String {
        let site = try Site(stage, #"open send {"type":"response","end":true}"#)
        defer {
            try? stage.asterisk.copy("\(Binary.root)/extensions.conf.sample", to: file)
            try? reload(site, "the sample")
        }
        let before = complaints(stage)
        // Speech, too, with a routine for transfers; the last is the one that is called.
        let speech = [
            "COGNIGY_SPEECH_STT_URL=https://stt.test", "COGNIGY_SPEECH_TTS_URL=https://tts.test",
            "COGNIGY_HANDOFF_ROUTINE=cognigy-transfer",
        ]
        for settings in [speech, []] {
            let folder = try TemporaryFolder()
            let output = try FileDescriptor.open(folder.path("printed"), O_WRONLY | O_CREAT)
            let url = "COGNIGY_ENDPOINT_URL=https://endpoint.test/0123456789abcdef0123456789abcdef"
            var program = try Subprocess(
                [Binary.path, "dialplan"] + words,
                environment: ["PATH=/usr/bin:/bin", "AST_CONFIG_DIR=\(folder.path)", url] + settings,
                output: output.raw)
            try site.require(program.wait() == .code(0), "dialplan \(words) did not end well")
            let text = try folder.text("printed")
            // As FreePBX has its queues.
            let queues = "[ext-queues]\nexten => 600,1,NoOp(queue 600)\n same => n,Hangup()\n"
            try stage.asterisk.write(Array((text + "\n" + queues).utf8), to: file)
            try reload(site, "\(words)")
        }
        try site.require(complaints(stage) == before, "Asterisk complains: \(stage.asterisk.log().suffix(2000))")
        for exten in ["s", "+4930123"] {
            let call = try site.call(exten: exten)
            try site.settle([call])
            try site.require(site[call].status == "COMPLETED", "\(exten): \(site[call].status) \(site[call].reason)")
        }
        // A queue that is there on FreePBX only, and one that is nowhere.
        let queues = words.contains("--freepbx") ? "ext-queues" : "agents"
        for (target, context) in [("600", queues), ("4711", "agents"), ("600x", "agents"), ("", "agents")] {
            let call = try site.call(
                variables: ["COGNIGY_TRANSFER_TARGET": target, "COGNIGY_STATUS": "HANDOFF"], context: "people",
                exten: "s")
            try site.settle([call])
            let arrived = site[call].steps.contains { $0.context == context && $0.application == "NoOp" }
            try site.require(arrived, "\"\(target)\" did not lead to \(context): \(site[call].steps)")
        }
        return "6 calls"
    }

    private static func reload(_ site: Site, _ what: String) throws {
        let id = "reload-\(UInt32.random(in: 0 ... .max))"
        try site.asterisk.manager.send([("Action", "Command"), ("ActionID", id), ("Command", "dialplan reload")])
        try site.wait("the dialplan of \(what)") { site.responses.contains { $0["ActionID"] == id } }
    }

    /// What is wrong with a dialplan is logged by its loader.
    private static func complaints(_ stage: Stage) -> Int {
        stage.asterisk.log().split(separator: "\n").count {
            $0.contains("pbx_config.c") && ($0.contains("WARNING") || $0.contains("ERROR"))
        }
    }
}
