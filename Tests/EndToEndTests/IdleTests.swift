import FakeAsterisk
import Glibc
import System
import TestService
import Testbed
import Testing

@Suite struct IdleTests {
    private func sleeps(_ call: Box) throws -> Int {
        let process = call.asterisk.processID
        return try TestService.sleeps(of: try #require(process))
    }

    /// How many files it has open.
    private func descriptors(_ call: Box) throws -> Int {
        let process = call.asterisk.processID
        return try FolderListing.names("/proc/\(try #require(process))/fd").count
    }

    /// Two seconds pass in which nothing happens.
    private func pass(_ call: Box) throws {
        let end = MonotonicClock.now() + .seconds(2)
        _ = try? call.run(within: .seconds(2)) { _ in MonotonicClock.now() > end }
    }

    private func isPlayed(_ count: Int) -> (CallRecord) -> Bool {
        { record in record.sounds.count { $0.end == .complete } >= count }
    }

    @Test(arguments: [false, true]) func aCallInWhichNothingHappensSleeps(tls: Bool) throws {
        let pbx = try PBX(#"open send {"type":"response","text":"7"}"#, tls: tls)
        let call = Box(try pbx.start([]))
        try call.run(until: isPlayed(1))
        try pass(call)
        let before = try sleeps(call)
        try pass(call)
        #expect(try sleeps(call) - before < 10)
    }

    @Test func aProgramThatTakesItsTimeIsWaitedForAsleep() throws {
        let pbx = try PBX(
            #"open send {"type":"response","text":"7"}"#, settings: ["COGNIGY_SPEECH_TTS_COMMAND": "/bin/sleep 12"])
        let call = Box(try pbx.start([]))
        try call.run(watching: pbx.service) { _ in pbx.service.count(.sent) > 0 }
        try pass(call)
        let before = try sleeps(call)
        try pass(call)
        #expect(try sleeps(call) - before < 10)
    }

    /// No event tells that Asterisk has read a line. Ten seconds of looking each millisecond are ten thousand sleeps.
    @Test func anAsteriskThatReadsNoMoreIsGivenUpAfterFewLooks() throws {
        let service = try ReadyService([
            "/api/v1/auth": #"{"access_token":"token","expires_in":3600}"#, "/api/v1/sessions": #"{"id":"session"}"#,
        ])
        let world = try AGIWorld(port: service.port)
        let peers = try DelayPeers([Binary.path], world, service)
        let before = MonotonicClock.now()
        #expect(try peers.sleepsWithoutReading() < 1000)
        #expect(MonotonicClock.now() - before >= .seconds(10))
    }

    @Test(.enabled(if: geteuid() == 0, "only root looks into a process that may not be dumped"))
    func aHundredPromptsLeaveNoDescriptorOpen() throws {
        let lines = (1...100).map { "open send {\"type\":\"response\",\"audioUrl\":\"/audio/p\($0)-8k-20ms.wav\"}" }
        let pbx = try PBX(lines.joined(separator: "\n") + "\n" + #"key 9 send {"type":"response","text":"7"}"#)
        let call = Box(try pbx.start([.press("9", when: .whenHeard(100), after: .milliseconds(200))]))
        // How many are open at a moment depends on which sounds are on their way just then: so the most of many moments.
        var most = 0
        for count in 3...50 {
            try call.run(until: isPlayed(count))
            most = max(most, try descriptors(call))
        }
        try call.run(until: isPlayed(101))
        #expect(try descriptors(call) <= most)
        #expect(pbx.service.count(.audio) == 100)
    }
}
