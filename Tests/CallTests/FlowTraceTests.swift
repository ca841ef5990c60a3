import Cognigy
import HTTP
import JSON
import Testing
import WebSocket

@testable import Call

/// A trace without words, of a flow that says anything: it shows none of its words, and the call runs again by it.
@Suite struct FlowTraceTests {
    private static let mask = TraceMask(showsContent: false)

    /// The events as the trace shows them, with what they have led to, after a second call has had them and the same
    /// effects.
    private func trace(
        _ events: [Event], _ mask: TraceMask = Self.mask, in make: () -> Bench = { Bench.joined() }
    ) throws -> String {
        let (first, second) = (make(), make())
        var lines: [String] = []
        for event in events {
            let line = event.json(mask).text
            let read = try #require(Event(JSON(parsing: Array(line.utf8))))
            lines.append(line)
            first.prepares(first.happens(event))
            second.prepares(second.happens(read))
            first.settle()
            second.settle()
        }
        let (had, got) = (Effect.json(first.log, mask), Effect.json(second.log, mask))
        #expect(had == got)
        return (lines + had.map(\.text)).joined(separator: "\n")
    }

    /// Commands of Voice Gateway.
    private func trace(_ commands: [String], _ mask: TraceMask = Self.mask) throws -> String {
        try trace(
            commands.map {
                .socket(
                    .text(
                        #"42["output",{"type":"output","data":{"text":"","data":{"_cognigy":{"_voiceGateway2":{"json":\#($0)}}}}}]"#
                    ))
            }, mask)
    }

    private func holdsNothing(of words: [String], _ text: String) {
        for word in words { #expect(!text.lowercased().contains(word), "\(word) in \(text)") }
    }

    @Test func keysOfTheFlowAreAsManyAndHidden() throws {
        let text = try trace([
            #"{"verb":"dtmf","dtmf":"0276"}"#, #"{"verb":"dtmf","dtmf":8899}"#, #"{"dtmf":"33#b"}"#,
            #"{"verb":"dtmf","digits":"*44D and Jane"}"#, #"{"verb":"dtmf","dtmf":7.25}"#,
        ])
        holdsNothing(of: ["0276", "8899", "33#", "44", "jane", "7.25"], text)
        for keys in ["1111", "11#A", "*11AAAA", "111"] { #expect(text.contains("EXEC SendDTMF \\\"\(keys),")) }
    }

    /// What the caller has pressed and what the flow makes of it are two things.
    @Test func keysOfTheCallerAreHidden() {
        let input =
            #"42["processInput",{"URLToken":"t","text":"0276","data":{"payload":{"digits":"0276","a":["02"]}}}]"#
        #expect(
            Self.mask.packet(input, isInput: true)
                == #"42["processInput",{"URLToken":"token","data":{"payload":{"a":["11"],"digits":"?"}},"text":"?"}]"#)
    }

    @Test(arguments: ["true", "false"]) func aTruthInATextStaysOne(truth: String) throws {
        let text = try trace([
            #"{"verb":"config","bargeIn":{"enable":"\#(truth)","input":["digits"]},"userNoInputTimeoutEnable":"\#(truth)"}"#,
            #"{"verb":"say","text":"Good morning, Jane."}"#, #"{"verb":"hangup","immediate":"\#(truth)"}"#,
        ])
        #expect(text.contains(#"\"enable\":\"\#(truth)\""#))
        holdsNothing(of: ["morning", "jane"], text)
    }

    @Test func namesOfTheFlowAreHidden() throws {
        let text = try trace([
            #"{"verb":"jane"}"#, #"{"verb":"fred"}"#, #"{"verb":"sip:request","method":"GRETA"}"#,
            #"{"verb":"config","record":{"action":"olga"}}"#, #"{"verb":"config","record":{"action":"anna"}}"#,
            #"{"verb":"hangup","reason":"Jane is angry: bye"}"#,
        ])
        holdsNothing(of: ["jane", "fred", "greta", "olga", "anna", "angry", "bye"], text)
        #expect(text.contains("COMPLETED end: ?"))
    }

    @Test(arguments: [
        #"{"verb":"dial","target":[{"type":"phone","number":"+49 30 4711"}]}"#,
        #"{"verb":"dial","target":[{"type":"sip","sipUri":"sip:jane.4711@example.com"}]}"#,
        #"{"verb":"sip:refer","referTo":"jane4711"}"#,
    ])
    func whereAFlowSendsTheCallerIsHidden(command: String) throws {
        let text = try trace([command])
        holdsNothing(of: ["4711", "jane"], text)
        #expect(text.contains("COGNIGY_STATUS=HANDOFF") && text.contains("COGNIGY_TRANSFER_TARGET="))
    }

    @Test func whatAFlowWritesInPlaceOfASettingIsHidden() throws {
        let text = try trace([
            #"{"verb":"config","mode":"Jane","bargeIn":{"minDigits":"Fred","action":"Olga"},"type":"Greta","id":"Anna"}"#,
            #""{\"verb\":\"say\",\"text\":\"Hello Jane\"}""#, #"{"verb":"set-session_config","dtmfSubmitDigit":"D"}"#,
        ])
        holdsNothing(of: ["jane", "fred", "olga", "greta", "anna"], text)
        #expect(text.contains("prepare"))
    }

    /// As many as are logged.
    @Test func howManyNamesAFlowHasMakesNoDifference() throws {
        let text = try trace(
            (0..<60).map { #"{"verb":"\#(String(UnicodeScalar(UInt8(97 + $0 % 26))))\#($0)jane"}"# } + [
                #"{"verb":"dial"}"#, #"{"verb":"say"}"#, #"{"verb":"dial","target":[{"number":"not a place"}]}"#,
            ])
        holdsNothing(of: ["jane"], text)
    }

    @Test(arguments: [
        #"42["exception",{"error":"Jane: no node; look at session 4"}]"#,
        #"42["output",{"type":"error","data":{"error":{"message":"Jane (node 4)"}}}]"#,
        #"42["output",{"type":"error","data":{"jane":[4]}}]"#,
    ])
    func whyAFlowFailedIsHidden(packet: String) throws {
        let text = try trace([.socket(.text(packet))])
        holdsNothing(of: ["node", "jane:", "session 4"], text)
        #expect(text.contains("flow_error: the flow failed: ?; look at session s.1-abc in Cognigy"))
        #expect(text.contains("WARNING,cognigy-bridge"))
    }

    @Test(arguments: [400, 403, 422]) func whyAnEndpointRefusesIsHidden(status: Int) throws {
        let refusal = Response(status: status, body: Array(#"{"error":"Jane (4): no"}"#.utf8))
        let text = try trace([.response(.input, .success(refusal))], in: { Bench.flowByREST() })
        holdsNothing(of: ["jane", "(4)"], text)
        #expect(text.contains("answered HTTP \(status) (?)"))
        #expect(text.contains("at the end of endpoint_url"))
    }

    // MARK: What a flow forbids to write down

    private static let whole = TraceMask(showsContent: true)

    /// An output of which nothing may be written down.
    private func secret(_ members: String) -> Event {
        .socket(
            .text(#"42["output",{"type":"output","data":{"disableSensitiveLogging":true,"source":"bot",\#(members)}}]"#)
        )
    }

    private func secret(command: String) -> Event {
        secret(#""text":"","data":{"_cognigy":{"_voiceGateway2":{"json":\#(command)}}}"#)
    }

    private static func routine() -> Bench {
        var rules = EndpointService.Rules()
        rules.transfersByRoutine = true
        return Bench.joined(rules)
    }

    @Test func aNumberThatAsteriskSaysIsHidden() throws {
        let bench = Bench.joined()
        for case .prepare(let id, _) in bench.happens(secret(#""text":"4711","data":{}"#)) {
            let event = Event.prepared(id, .number(4711, isSensitive: true))
            holdsNothing(of: ["4711"], event.json(Self.whole).text)
            bench.happens(event)
        }
        bench.settle()
        #expect(bench.commands.contains(.sayNumber(4711, escape: .all)))
        holdsNothing(of: ["4711"], Effect.json(bench.log, Self.whole).map(\.text).joined())
    }

    @Test func keysAndPlacesAreHiddenAndTheRestIsShown() throws {
        let text = try trace(
            [
                secret(command: #"{"verb":"dtmf","dtmf":"0276"}"#),
                secret(command: #"{"verb":"dial","target":[{"number":"+49 30 4711"}],"headers":{"X-Name":"Jane"}}"#),
                secret(command: #"{"verb":"dial","target":[{"number":"no place, Greta"}]}"#),
            ], Self.whole, in: Self.routine)
        holdsNothing(of: ["0276", "4711", "jane", "greta"], text)
        for word in [#"SendDTMF \"1111,"#, "COGNIGY_TRANSFER_TARGET=+11111111,", "GOSUB"] {
            #expect(text.contains(word), "\(word) in \(text)")
        }
        let open = try trace([#"{"verb":"dtmf","dtmf":"0276"}"#], Self.whole)
        #expect(open.contains(#"SendDTMF \"0276,"#))
    }

    /// Without a routine it is the end of the call.
    @Test func whereADialplanSendsTheCallerIsHidden() throws {
        let text = try trace([secret(command: #"{"verb":"sip:refer","referTo":"sip:jane@example.com"}"#)], Self.whole)
        holdsNothing(of: ["jane"], text)
        #expect(text.contains("COGNIGY_STATUS=HANDOFF") && text.contains("COGNIGY_TRANSFER_TARGET=xxx:xxxx@"))
    }

    @Test func whatIsChosenOfAMenuIsHidden() throws {
        let replies = #"{"text":"Who?","quickReplies":[{"title":"Jane","payload":"Olga 4711"}]}"#
        let text = try trace(
            [
                secret(#""text":"","data":{"_cognigy":{"_default":{"_quickReplies":\#(replies)}}}"#),
                .reply(.success(value: "49", text: nil, endpos: 8000)),
            ], Self.whole)
        holdsNothing(of: ["jane", "olga", "4711"], text)
        #expect(text.contains("RECOGNIZED_DTMF"))
    }

    @Test func whatIsSaidToASilentCallerIsHidden() {
        let bench = Bench.joined()
        let user =
            #"{"noInputMode":"speech","noInputTimeout":4000,"noInputRetries":3,"noInputSpeech":"Are you there, Jane?"}"#
        bench.happens(secret(command: #"{"verb":"config","user":\#(user)}"#))
        bench.turnEnds()
        bench.pass(.seconds(5))
        #expect(bench.wanted.map(\.text) == ["Are you there, Jane?"])
        holdsNothing(of: ["jane"], Effect.json(bench.log, Self.whole).map(\.text).joined())
        // Other words are others'.
        bench.flowWants(#"{"verb":"config","user":{"noInputSpeech":"Hello?"}}"#)
        bench.turnEnds()
        bench.prepares(bench.log)
        bench.hearsAll()
        bench.pass(.seconds(5))
        #expect(bench.wanted.last?.text == "Hello?" && bench.wanted.last?.isSensitive == false)
    }

    @Test func whatCannotBeDoneIsNotNamedInTheLogEither() throws {
        let events = [
            #"{"verb":"jane"}"#, #"{"verb":"config","olga":1}"#, #"{"verb":"sip:request","method":"GRETA"}"#,
        ].map { secret(command: $0) }
        let text = try trace(events, Self.whole)
        let notes = text.split(separator: "\n").filter { $0.contains(#""log""#) }.joined(separator: "\n")
        holdsNothing(of: ["jane", "olga", "greta"], notes)
        #expect(notes.contains("the flow wants something that may not be named"))
        #expect(notes.contains("a setting that may not be named of the flow means nothing here"))
    }
}
