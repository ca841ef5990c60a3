import Cognigy
import HTTP
import JSON
import Testing
import WebSocket

@testable import Call

/// An endpoint that is tried without a caller.
@Suite struct EndpointTrialTests {
    private struct Line {
        var trial: EndpointTrial
        var now = Duration.zero

        init(asks: Bool, _ way: EndpointService.Way) {
            trial = EndpointTrial(Bench.endpoint, way, dialect: .voicegateway, asks: asks, seed: 1)
        }

        /// By Socket.IO, as far as it goes.
        init(asks: Bool, joins: Bool = true) {
            self.init(
                asks: asks, .socket(version: .three, isTest: true, setupTimeout: .seconds(5), reconnectAttempts: 0))
            _ = trial.begin(now: now, wallClock: 0)
            happens(.socket(.connected))
            happens(.socket(.opened))
            if joins {
                for text in [Bench.opening, "40", #"420["handshake"]"#, #"42["endpoint-ready"]"#] { says(text) }
            }
        }

        @discardableResult
        mutating func happens(_ event: Event) -> [Effect] { trial.handle(event, now: now, wallClock: 0) }
        @discardableResult
        mutating func says(_ text: String) -> [Effect] { happens(.socket(.text(text))) }
        mutating func outputs(_ data: String) { says(#"42["output",{"type":"output","data":\#(data)}]"#) }
        mutating func passes(_ time: Duration) {
            now += time
            happens(.tick)
        }
    }

    private func failure(_ line: Line) -> String? {
        if case .failed(let ending)? = line.trial.outcome { ending.detail } else { nil }
    }

    @Test func itIsReadyOnceTheServerSaysSo() {
        var line = Line(asks: false, joins: false)
        for text in [Bench.opening, "40", #"420["handshake"]"#] { line.says(text) }
        #expect(line.trial.outcome == nil)
        let effects = line.says(#"42["endpoint-ready"]"#)
        #expect(line.trial.outcome == .ready)
        #expect(effects.contains { if case .closeSocket = $0 { true } else { false } })
        #expect(
            !effects.contains {
                if case .sendText(let text, _, _) = $0 { text.contains("processInput") } else { false }
            })
    }

    @Test func whatTheFlowAnswersIsCounted() {
        var line = Line(asks: true)
        line.outputs(#"{"text":"Hello.","data":{}}"#)
        line.outputs(#"{"text":"<speak>One <break time=\"1s\"/>more.</speak>","data":{}}"#)
        line.outputs(
            #"{"text":"","data":{"_cognigy":{"_voiceGateway2":{"json":{"verb":"play","url":["https://a.test/1.wav","https://a.test/2.wav"]}}}}}"#
        )
        #expect(line.trial.outcome == nil)
        line.says(#"42["finalPing",{"type":"regular"}]"#)
        #expect(line.trial.outcome == .answered(["Hello.", "One more."], sounds: 2))
    }

    @Test func aTurnThatFailsIsNoAnswer() {
        var line = Line(asks: true)
        line.says(#"42["finalPing",{"type":"error"}]"#)
        #expect(failure(line) == "the flow failed")
    }

    @Test func whatTheServerComplainsOfIsSaid() {
        var line = Line(asks: true)
        line.says(#"42["exception",{"error":"no such project"}]"#)
        #expect(failure(line)?.contains("no such project") == true)
        // What comes later changes nothing.
        line.says(#"42["finalPing",{"type":"regular"}]"#)
        #expect(failure(line)?.contains("no such project") == true)
    }

    @Test func aSilentFlowIsWaitedForHalfAMinute() {
        var line = Line(asks: true)
        line.passes(.seconds(29))
        #expect(line.trial.outcome == nil && line.trial.nextDeadline != nil)
        line.passes(.seconds(1))
        #expect(failure(line) == "the flow has not answered for 30.0 seconds")
    }

    @Test func aServerThatIsNeverReadyIsWaitedForNoLongerThanACallDoes() {
        var line = Line(asks: false, joins: false)
        line.says(Bench.opening)
        line.passes(.seconds(5))
        #expect(failure(line) != nil)
    }

    @Test func oneRequestTriesAnEndpointByREST() throws {
        var line = Line(asks: true, .rest(isTest: true, patience: .seconds(10)))
        let effects = line.trial.begin(now: line.now, wallClock: 0)
        #expect(effects.requests == [.input])
        let answer = Response(status: 200, retryAfter: nil, body: Array(#"{"outputStack":[{"text":"Hello."}]}"#.utf8))
        line.happens(.response(.input, .success(answer)))
        #expect(line.trial.outcome == .answered(["Hello."], sounds: 0))
    }
}
