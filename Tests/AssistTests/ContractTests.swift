import HTTP
import JSON
import Testing
import WebSocket

@testable import Assist
@testable import StandIn

/// The machine against the stand-in, which notes every breach of the contract; without a socket between them.
@Suite struct ContractTests {
    private final class Wire {
        private final class Notes { var breaches: [String] = [] }

        private let notes = Notes()
        private var service: StandIn.Service
        let bench: Bench
        /// Questions that the service has not answered.
        var unanswered = 0
        var breaches: [String] { notes.breaches }

        init(_ scenario: String) throws {
            let scenario = try Scenario(parsing: "credentials id secret\n" + scenario)
            service = StandIn.Service(scenario: scenario, baseURL: "http://h:80") { [notes] event, details in
                if event == .violation { notes.breaches.append(details["what"]?.string ?? "") }
            }
            bench = try Bench { $0.account.base = Location("https://api.example.com") ?? $0.account.base }
        }

        /// Carries everything to its end.
        func carry(_ effects: [Assist.Effect]) throws {
            var effects = effects[...]
            while let effect = effects.popFirst() {
                switch effect {
                case .request(let purpose, let request):
                    if let response = try answer(request) {
                        effects += bench.happens(.response(purpose, .success(response)))
                    } else {
                        unanswered += 1
                    }
                case .openSocket: effects += bench.happens(.socket(.connected))
                case .upgrade(let path, let headers):
                    effects += bench.happens(.socket(upgrade(path, headers)))
                default: break
                }
            }
        }

        private func answer(_ request: HTTP.Request) throws -> Response? {
            var asked = StandIn.Request(method: request.method.rawValue, target: request.location.path)
            asked.headers = [.init(name: "host", value: request.location.authority)]
            asked.headers += request.headers.map { .init(name: $0.name.lowercased(), value: $0.value) }
            asked.body = request.body ?? []
            let effects = service.answer(asked, from: .init(connection: 1), now: bench.now)
            for case .send(let bytes) in effects.map(\.effect) {
                let text = String(decoding: bytes, as: UTF8.self)
                let status = try #require(Int(text.split(separator: " ")[1]))
                let retryAfter = text.split(separator: "\r\n").first { $0.hasPrefix("Retry-After: ") }
                let end = try #require(text.utf8.indices.first { text.utf8[$0...].starts(with: "\r\n\r\n".utf8) })
                return Response(
                    status: status, retryAfter: retryAfter.map { String($0.dropFirst(13)) },
                    body: Array(text.utf8[end...]))
            }
            return nil
        }

        private func upgrade(_ path: String, _ headers: [Header]) -> SocketEvent {
            var asked = StandIn.Request(method: "GET", target: path)
            let own = [
                ("host", "api.example.com"), ("upgrade", "websocket"), ("connection", "Upgrade"),
                ("sec-websocket-version", "13"), ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ]
            asked.headers = own.map { .init(name: $0.0, value: $0.1) }
            asked.headers += headers.map { .init(name: $0.name.lowercased(), value: $0.value) }
            let effects = service.answer(asked, from: .init(connection: 1), now: bench.now)
            guard case .openAssist(let id)? = effects.last?.effect else {
                return .refused(status: 401, retryAfter: nil)
            }
            _ = service.openAssist(id, on: 1)
            return .opened
        }

        func says(_ payload: String) throws {
            try carry(bench.happens(.socket(.text(#"{"type":"INTERACTION_UPDATE","payload":\#(payload)}"#))))
        }

        /// Time goes by, a second at a time.
        func pass(_ seconds: Int) throws {
            for _ in 0..<seconds {
                try carry(bench.pass(.seconds(1)))
                try carry(bench.happens(.socket(.alive)))
            }
        }
    }

    @Test func whatTheMachineAsksIsWhatTheServiceWants() throws {
        let wire = try Wire("")
        try wire.carry(wire.bench.happens(.tick))
        #expect(wire.bench.isOpen)
        for payload in [
            #"{"interactionId":"i","transcript":"Refund é \" \u0000","sentimentScore":0.5,"context":{"a":[null]}}"#,
            #"{"interactionId":7,"sentimentScore":"-0.9"}"#,
            #"{"interactionId":"j","sentimentScore":-1,"transcript":null,"context":"none","agentId":{}}"#,
        ] {
            try wire.says(payload)
        }
        #expect(wire.bench.lines.map { $0["fallback"] } == [false, false, false])
        #expect(wire.bench.lines.map { $0["suggestions"]?.array?.count } == [1, 1, 1])
        #expect(wire.breaches == [])
    }

    @Test func noEndOfATokenIsABreach() throws {
        let wire = try Wire("expires-in 90")
        try wire.carry(wire.bench.happens(.tick))
        for round in 1...40 {
            try wire.says(#"{"interactionId":"i","transcript":"refund \#(round)"}"#)
            try wire.pass(7)
        }
        #expect(wire.bench.lines.count == 40)
        #expect(wire.bench.lines.allSatisfy { $0["fallback"] == false })
        #expect(wire.bench.log.requests.filter { $0 == .token }.count == 7)
        #expect(wire.bench.log.filter { $0 == .openSocket(wire.bench.machine.rules.account.base) }.count == 1)
        #expect(wire.breaches == [])
    }

    @Test func noRefusalIsFollowedByABreach() throws {
        let wire = try Wire(
            """
            assist status 401 times 2
            suggest a status 401 times 1
            suggest b status 429 retry-after 1 times 2
            suggest c status 500 times 1
            """)
        try wire.carry(wire.bench.happens(.tick))
        #expect(!wire.bench.isOpen)
        try wire.pass(30)
        #expect(wire.bench.isOpen)
        for _ in 1...3 {
            for name in ["a", "b", "c"] { try wire.says(#"{"interactionId":"\#(name)","transcript":"refund"}"#) }
            try wire.pass(12)
        }
        #expect(wire.bench.lines.count == 9)
        let fallbacks = wire.bench.lines.filter { $0["fallback"] == true }.map { $0["interactionId"] }
        #expect(fallbacks == ["c"])
        #expect(wire.breaches == [])
    }

    @Test func aTokenThatIsRefusedAgainAndAgainIsNotShownAgain() throws {
        let wire = try Wire("suggest any status 401")
        try wire.carry(wire.bench.happens(.tick))
        for round in 1...60 {
            try wire.says(#"{"interactionId":"i\#(round)","transcript":"refund"}"#)
            try wire.pass(1)
        }
        #expect(wire.bench.lines.count == 60)
        #expect(wire.bench.lines.allSatisfy { $0["fallback"] == true })
        #expect((7...14).contains(wire.bench.log.requests.filter { $0 == .token }.count))
        #expect(wire.breaches == [])
    }
}
