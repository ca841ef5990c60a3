import Cognigy
import HTTP
import JSON
import Testing
import WebSocket

@testable import Call

/// The way to an endpoint by Socket.IO, what may be wrong with it, and what comes after a drop.
@Suite struct SocketLinkTests {
    private func connecting(change: (inout SocketLink.Plan) -> Void = { _ in }) -> Bench {
        let bench = Bench.flow(change: change)
        bench.start()
        bench.connect()
        bench.settle()
        return bench
    }

    private func path(_ effects: [Effect]) -> String? {
        effects.compactMap { if case .upgrade(let path, _) = $0 { path } else { nil } }.last
    }

    private func texts(_ effects: [Effect]) -> [String] {
        effects.compactMap { if case .sendText(let text, _, _) = $0 { text } else { nil } }
    }

    @Test func whoHangsUpBeforeItIsReadySaysNothingOfTheService() {
        #expect(connecting().happens(.hangup).verdicts == [.serviceUnknown])
        #expect(Bench.joined().happens(.hangup).verdicts == [])
    }

    /// A server that sends nothing else may not fill a disk.
    @Test func whatIsNoPacketIsToldAFewTimes() {
        let bench = Bench.joined()
        for _ in 1...50 { bench.says("42{") }
        #expect((1...10).contains(bench.log.notes.count { $0.contains("is no packet of Socket.IO") }))
        #expect(bench.machine.ending == nil)
    }

    // MARK: In good order

    @Test func theTokenStandsInNoAddressWhereTheServerAsksWhoIsThere() throws {
        let bench = connecting()
        let path = try #require(self.path(bench.happens(.socket(.connected))))
        #expect(path == "/socket.io/?EIO=3&transport=websocket&handshake=true")
        bench.happens(.socket(.opened))
        bench.says(Bench.opening)
        bench.says("40")
        let answer = try #require(texts(bench.says(#"427["handshake"]"#)).first)
        #expect(answer.hasPrefix("437[{"))
        for word in [Bench.token, "\"4930\"", "s.1-abc"] { #expect(answer.contains(word)) }
        let ready = bench.says(#"42["endpoint-ready"]"#)
        #expect(ready.contains(.serviceWorks))
        #expect(Bench.inputs(ready).first?["data"]?["event"]?.string == "CALL_CREATED")
        #expect(Bench.inputs(ready).first?["text"]?.string == "")
        #expect(bench.variables[.sessionID] == nil || bench.variables[.sessionID] == "s.1-abc")
        bench.settle()
        #expect(bench.variables[.sessionID] == "s.1-abc")
    }

    @Test(arguments: ["41", "closes", "silent"])
    func aServerThatDoesNotAskIsToldByTheAddress(fault: String) throws {
        let bench = connecting()
        bench.happens(.socket(.connected))
        bench.happens(.socket(.opened))
        bench.says(Bench.opening)
        bench.says("40")
        let effects =
            switch fault {
            case "41": bench.says("41")
            case "closes": bench.drops()
            default: bench.pass(.seconds(1))
            }
        #expect(effects.contains(.openSocket))
        let path = try #require(self.path(bench.happens(.socket(.connected))))
        #expect(
            path == "/socket.io/?EIO=3&transport=websocket&urlToken=\(Bench.token)&sessionId=s.1-abc&userId=4930"
                + "&testMode=false&emitWithAck=true")
        bench.happens(.socket(.opened))
        bench.says(Bench.opening)
        bench.says("40")
        #expect(bench.says(#"42["endpoint-ready"]"#).contains(.serviceWorks))
    }

    @Test func aServerThatNeverSaysThatItIsReadyIsTakenAsReady() {
        let bench = connecting()
        bench.happens(.socket(.connected))
        bench.happens(.socket(.opened))
        bench.says(Bench.opening)
        bench.says("40")
        bench.says(#"420["handshake"]"#)
        #expect(bench.pass(.milliseconds(1900)).verdicts.isEmpty)
        #expect(Bench.inputs(bench.pass(.milliseconds(100))).count == 1)
        #expect(bench.machine.ending == nil)
    }

    @Test func whoSpeaksIsReady() {
        let bench = connecting()
        bench.happens(.socket(.connected))
        bench.happens(.socket(.opened))
        bench.says("40")
        bench.says(#"420["handshake"]"#)
        let effects = bench.flowSays("Hello.")
        #expect(effects.contains(.serviceWorks))
        #expect(bench.wanted.map(\.text) == ["Hello."])
    }

    @Test func inProtocolFourTheClientAsksToBeLetIn() throws {
        let bench = connecting { $0.version = .four }
        #expect(try #require(self.path(bench.happens(.socket(.connected)))).contains("EIO=4"))
        bench.happens(.socket(.opened))
        #expect(texts(bench.says(Bench.opening)) == ["40"])
    }

    @Test func whatWantsToBeAcknowledgedIsBeforeAnythingElse() {
        let bench = Bench.joined()
        let effects = bench.outputs(#"{"text":"Hello.","data":{}}"#, ack: "12")
        #expect(effects.first == .sendText("4312[]"))
    }

    // MARK: Whether the line holds

    @Test func theClientPingsAndAServerThatDoesNotAnswerIsLost() {
        let bench = Bench.joined()
        #expect(texts(bench.pass(.seconds(25))) == ["2"])
        bench.says("3")
        #expect(texts(bench.pass(.seconds(25))) == ["2"])
        let effects = bench.pass(.seconds(5))
        #expect(effects.contains(.abandonSocket))
        #expect(effects.contains(.openSocket))
    }

    @Test func inProtocolFourAServerThatDoesNotPingIsLost() {
        let bench = Bench.joined { $0.version = .four }
        bench.pass(.seconds(20))
        #expect(texts(bench.says("2")) == ["3"])
        bench.pass(.seconds(25))
        #expect(!bench.log.contains(.abandonSocket))
        #expect(bench.pass(.seconds(6)).contains(.abandonSocket))
    }

    // MARK: After a drop

    /// RFC 6455, section 5.5.1: a close frame may give its code alone.
    @Test func theCodeOfACloseFrameWithoutAReasonIsLogged() {
        let bench = Bench.joined()
        let effects = bench.happens(.socket(.closed(.internalError, reason: "")))
        #expect(
            effects.contains {
                if case .log(_, let text) = $0 { text.contains("closed the socket with 1011;") } else { false }
            })
    }

    @Test func theFirstAttemptAfterADropIsMadeAtOnceInTheSameSession() throws {
        let bench = Bench.joined()
        let drop = bench.drops()
        #expect(drop.contains(.openSocket) || bench.pass(.zero).contains(.openSocket))
        let effects = bench.joins()
        #expect(effects.contains { if case .upgrade = $0 { true } else { false } })
        // The session goes on: the flow is not told of a new call.
        #expect(bench.events == ["CALL_CREATED"])
        #expect(bench.machine.ending == nil)
    }

    @Test func whatWasNeverWrittenIsSentAfterADropAndNothingTwice() {
        let bench = Bench.joined()
        let first = bench.press("1")
        guard
            case .sendText(_, let written?, _)? = first.last(where: { if case .sendText = $0 { true } else { false } })
        else {
            Issue.record("the key was not sent")
            return
        }
        bench.settle()
        let second = bench.press("2").compactMap { if case .sendText(_, let id, _) = $0 { id } else { nil } }
        #expect(second.count == 1)
        #expect(second.first != written)
        // The socket broke before the second was written.
        if let id = second.first { bench.happens(.unsentInput(id)) }
        bench.drops()
        bench.settle()
        bench.press("3")
        bench.pass(.zero)
        #expect(bench.texts == ["1", "2"])
        #expect(Bench.inputs(bench.joins()).compactMap { $0["text"]?.string } == ["2", "3"])
    }

    @Test func anOutputThatIsDeliveredAgainAfterADropIsHeardOnce() {
        let bench = Bench.joined()
        let output = #"{"text":"Hello.","data":{},"traceId":"t-1"}"#
        bench.press("1")
        bench.outputs(output)
        // A flow may well say the same twice.
        bench.outputs(output)
        #expect(bench.wanted.count == 2)
        bench.drops()
        bench.pass(.zero)
        bench.joins()
        bench.outputs(output)
        #expect(bench.wanted.count == 2)
        bench.outputs(#"{"text":"Hello.","data":{},"traceId":"t-2"}"#)
        bench.outputs(#"{"text":"Hello.","data":{}}"#)
        #expect(bench.wanted.count == 4)
    }

    @Test func whoDoesNotComeBackIsGivenUp() throws {
        let bench = Bench.joined()
        bench.drops()
        while bench.machine.ending == nil {
            bench.waits(for: .openSocket)
            bench.happens(.socket(.failed(.unreachable("refused"))))
        }
        #expect(bench.machine.ending?.reason == "socket_lost")
        #expect(bench.log.count(.openSocket) == 6)
    }

    @Test func anAnswerThatWasLostWithTheLineIsNotAwaitedForEver() {
        var rules = EndpointService.Rules()
        rules.config.noInput = .init(isOn: true, mode: .event, timeout: .seconds(4), retries: 2)
        let bench = Bench.joined(rules)
        bench.press("1")
        bench.drops()
        bench.pass(.zero)
        bench.joins()
        // After the time for a reply the flow hears of silence, whatever it has received, and nothing is sent twice.
        let effects = bench.pass(.seconds(11))
        #expect(bench.events == ["CALL_CREATED", "RECOGNIZED_DTMF", "USER_INPUT_TIMEOUT"])
        #expect(effects.notes.contains { $0.contains("nothing shows that the flow received") })
        #expect(bench.log.notes.contains { $0.contains("socket dropped; 1 of the inputs may be lost with it") })
        #expect(bench.machine.ending == nil)
    }

    @Test func aCallerWhoseKeyMayBeLostIsRemindedAndNotCountedAsSilent() {
        var rules = EndpointService.Rules()
        rules.config.noInput = .init(isOn: true, mode: .speech, timeout: .seconds(60), retries: 0, speech: "Once more?")
        let bench = Bench.joined(rules)
        bench.press("1")
        bench.drops()
        bench.pass(.zero)
        bench.joins()
        bench.pass(.seconds(9))
        #expect(bench.wanted.isEmpty)
        bench.pass(.seconds(2))
        #expect(bench.wanted.map(\.text) == ["Once more?"])
        #expect(bench.machine.ending == nil)
    }

    @Test func aCallerWhoHasHeardSomethingSinceIsNotReminded() {
        var rules = EndpointService.Rules()
        rules.config.noInput = .init(isOn: true, mode: .speech, timeout: .seconds(60), retries: 0, speech: "Once more?")
        let bench = Bench.joined(rules)
        bench.press("1")
        bench.drops()
        bench.pass(.zero)
        bench.joins()
        bench.flowSays("One.")
        bench.prepares(bench.log)
        bench.hearsAll()
        bench.pass(.seconds(30))
        #expect(bench.wanted.map(\.text) == ["One."])
        #expect(bench.log.notes.contains { $0.contains("an answer of the flow was lost with the line") })
    }

    /// The server may still end what was under way as the line dropped.
    @Test func aLateEndDoesNotEndTheWaitForALaterInput() {
        let bench = Bench.joined()
        bench.pressesOverADrop()
        bench.turnEnds()
        #expect(bench.machine.service.isThinking)
        bench.flowSays("Two.")
        bench.turnEnds()
        #expect(!bench.machine.service.isThinking)
    }

    @Test func aWaitThatALateEndHasLeftOpenHasAnEnd() {
        let bench = Bench.joined()
        bench.pressesOverADrop()
        bench.turnEnds()
        bench.pass(.seconds(11))
        #expect(!bench.machine.service.isThinking && bench.machine.ending == nil)
    }

    // MARK: What may be wrong with the set-up

    @Test(arguments: ["41", #"44{"message":"missing"}"#, "1"])
    func aTokenThatIsRefusedIsSaid(farewell: String) throws {
        let bench = connecting()
        var rounds = 0
        while bench.machine.ending == nil, rounds < 6 {
            rounds += 1
            if rounds > 1 { bench.waits(for: .openSocket) }
            guard bench.machine.ending == nil else { break }
            bench.happens(.socket(.connected))
            bench.happens(.socket(.opened))
            bench.says(Bench.opening)
            bench.says("40")
            if bench.says(farewell).contains(.openSocket) {
                bench.happens(.socket(.connected))
                bench.happens(.socket(.opened))
                bench.says(farewell)
            }
        }
        let ending = try #require(bench.ending)
        #expect(ending.status == .unavailable)
        #expect(ending.reason == "refused")
        #expect(try #require(ending.detail).contains("endpoint_url"))
        #expect(!bench.log.contains(.serviceFails))
        #expect(bench.log.notes.allSatisfy { !$0.contains(Bench.token) })
    }

    @Test(arguments: [
        #"42["exception",{"error":"unknown token"}]"#,
        #"42["output",{"type":"error","data":{"error":{"message":"unknown token"}}}]"#,
    ])
    func anErrorBeforeItIsReadyIsAboutTheToken(text: String) throws {
        let bench = connecting()
        bench.happens(.socket(.connected))
        bench.happens(.socket(.opened))
        bench.says("40")
        bench.says(#"420["handshake"]"#)
        bench.says(text)
        let ending = try #require(bench.ending)
        #expect(ending.reason == "refused")
        #expect(try #require(ending.detail).contains("unknown token"))
    }

    @Test(arguments: [(400, "http_400"), (401, "unauthorized"), (403, "forbidden"), (404, "http_404")])
    func aStatusThatWillNotChangeEndsTheSetUp(status: Int, reason: String) throws {
        let bench = connecting()
        // The first may only want to know at once who is there.
        for _ in 1...2 {
            #expect(bench.machine.ending == nil)
            bench.happens(.socket(.connected))
            bench.happens(.socket(.refused(status: status, retryAfter: nil)))
        }
        #expect(bench.machine.ending?.reason == reason)
        #expect(bench.log.contains(.serviceUnknown))
    }

    @Test(arguments: [429, 500, 503])
    func aStatusThatMayChangeIsTriedAgain(status: Int) {
        let bench = connecting()
        bench.happens(.socket(.connected))
        bench.happens(.socket(.refused(status: status, retryAfter: "1")))
        #expect(bench.machine.ending == nil)
        bench.waits(for: .openSocket)
        bench.joins()
        #expect(bench.log.contains(.serviceWorks))
    }

    @Test func aServerThatIsAwayFailsTheSetUpWithinItsTime() {
        let bench = connecting()
        while bench.machine.ending == nil {
            bench.happens(.socket(.failed(.unreachable("connection refused"))))
            if bench.machine.ending == nil { bench.waits(for: .openSocket) }
        }
        #expect(bench.machine.ending?.reason == "unreachable")
        #expect(bench.log.contains(.serviceFails))
        #expect(bench.now < .seconds(15))
    }

    @Test func aServerThatSaysNothingFailsTheSetUpInTime() {
        let bench = connecting()
        bench.happens(.socket(.connected))
        bench.happens(.socket(.opened))
        bench.pass(.seconds(15))
        #expect(bench.machine.ending?.reason == "setup_timeout")
    }

    @Test func keysThatArePressedDuringTheSetUpAreSentInOrder() {
        let bench = connecting()
        bench.press("4")
        bench.settle()
        bench.press("2")
        #expect(bench.inputs.isEmpty)
        #expect(Bench.inputs(bench.joins()).compactMap { $0["text"]?.string } == ["", "4", "2"])
    }

    @Test func theSocketIsClosedWithAWord() {
        let bench = Bench.joined()
        let effects = bench.happens(.hangup)
        #expect(effects.contains(.sendText("41")))
        #expect(effects.contains(.closeSocket(.goingAway)))
    }
}
