import System

extension Scene {
    static let calls = [
        Scene("a whole call: on_end = hangup") { try wholeCall($0, onEnd: "hangup", status: "HANGUP") },
        Scene("a whole call: on_end = continue") { try wholeCall($0, onEnd: "continue", status: "SUCCESS") },
        Scene("a whole call: 16 kHz channel") {
            try wholeCall($0, onEnd: "continue", status: "SUCCESS", codec: "slin16")
        },
    ]

    private static let scenario = """
        open     send {"type":"response","text":"Welcome.","audioUrl":"/audio/welcome-16k-700ms.wav"} times 1
        open     send {"type":"response","text":"Press a key.","audioUrl":"/audio/menu-8k-500ms.wav"}
        key 1    send {"type":"response","text":"Spoken words."}
        key 2    send {"type":"response","text":"42","audioUrl":"/audio/number-8k-300ms.wav"}
        key 3    send {"type":"response","text":"Music.","audioUrl":"/audio/music-44k-stereo-600ms.wav"}
        key 9    send {"type":"response","text":"Goodbye.","audioUrl":"/audio/goodbye-8k-400ms.wav","end":true}
        """

    private static func wholeCall(
        _ stage: Stage, onEnd: String, status: String, codec: String = "slin"
    ) throws -> String {
        let site = try Site(
            stage, scenario, tls: true,
            settings: "[call]\non_end = \(onEnd)\n[speech]\ntts_url = @URL@\ntts_key = demo-tts-key")
        let call = try site.call(codec: codec)
        try site.wait("the greeting") { site[call].current?.isStream == true }
        let files = site.prompts()
        try site.require(
            files.allSatisfy { $0.hasSuffix(codec == "slin16" ? ".sln16" : ".sln") } && !files.isEmpty, "\(files)")
        try site.wait("the menu") { site[call].streams.count == 2 && site[call].current?.isWait == true }
        for (index, key) in "123".enumerated() {
            try site.press(key, call)
            try site.wait("the answer to \(key)") {
                site[call].streams.count == 3 + index && site[call].current?.isWait == true
            }
        }
        try site.press("9", call)
        try site.settle([call])
        let end = site[call]
        try site.require(end.status == "COMPLETED", "COGNIGY_STATUS \(end.status) \(end.reason)")
        try site.require(end.agiStatus == status, "AGISTATUS \(end.agiStatus)")
        try site.require(site.keys(call) == "1239", "the service received \(site.keys(call))")
        let lengths = end.streams.map { ($0.length * 1000).rounded() / 1000 }
        let expected = [0.7, 0.5, 0.46, 0.3, 0.6, 0.4]
        for (length, expected) in zip(lengths, expected) {
            try site.require(abs(length - expected) < 0.25, "heard \(lengths) s, not \(expected)")
        }
        let farewell = "hung up: COMPLETED end \(end.session) 4"
        try site.require(end.farewell == farewell, "the h extension heard \(end.farewell ?? "nothing")")
        return "4 keys, 6 prompts"
    }
}
