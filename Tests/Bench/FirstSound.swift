import TestService

/// How soon the caller hears a voice, and what the bridge itself adds to a turn. The bench is Asterisk on the pipes, the
/// service on a socket and the voice behind a request, and takes the times before its writes and after its reads.
enum FirstSound {
    static func measure(_ effort: Effort) throws {
        Report.section("The first sound of an answer, \(effort.sounds) of each")
        let asked: Set<Substring> = ["/tts/synthesize"]
        let service = try ReadyService(
            ["/api/v1/auth": #"{"access_token":"token","expires_in":3600}"#, "/api/v1/sessions": #"{"id":"session"}"#],
            asked: asked)
        try measure("", effort.sounds, service, isEndpoint: false)
        try measure("endpoint: ", effort.sounds, try ReadyService([:], asked: asked), isEndpoint: true)
    }

    private static func measure(
        _ surface: String, _ count: Int, _ service: ReadyService, isEndpoint: Bool
    ) throws {
        let world = try AGIWorld(port: service.port, isEndpoint: isEndpoint)
        world.environment.append("COGNIGY_SPEECH_TTS_URL=http://127.0.0.1:\(service.port)")
        let peers = try DelayPeers([Binary.path], world, service, isEndpoint: isEndpoint)
        var first: [Double] = []
        var share: [Double] = []
        for number in 1...count {
            if number % 20 == 0 { Report.progress("\(number) of \(count)") }
            let key = try peers.key()
            let whole = try peers.words("Number \(number), whole.", early: nil)
            share.append(key + whole.ask + whole.play)
            first.append(try peers.words("Number \(number), as it comes.", early: 100).play)
        }
        Report.figure("\(surface)100 ms of a voice to command, p50", first.percentile(50), "ms", atMost: 60)
        Report.figure("\(surface)100 ms of a voice to command, p95", first.percentile(95), "ms", atMost: 60)
        Report.figure("\(surface)own share of a turn, p50", share.percentile(50), "ms", atMost: 30)
        Report.figure("\(surface)own share of a turn, p95", share.percentile(95), "ms", atMost: 30)
    }
}
