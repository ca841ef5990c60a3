import CGI
import Cognigy
import Configuration
import Digests
import Glibc
import JSON
import State
import System
import Testbed
import Testing
import Text

@testable import Bridge

@Suite struct WebhookHandlerTests {
    // The vector that the libraries of Standard Webhooks are tested with.
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let time = 1_614_265_330.0
    private static let signedBody = Array(#"{"test": 2432232314}"#.utf8)

    private static let body = Array(
        #"{"sessionId":"s1","event":"e","confidence":0.9,"transcript":"t","timestamp":1}"#.utf8)

    /// Answers as it is told, and remembers what it was asked to tell.
    private final class Service: InterruptionService {
        let folder: StateFolder?
        var failure: Retry.Reason?
        /// The session whose call another box has.
        var elsewhere: String?
        /// What another machine knows of a webhook.
        var sighting: SeenWebhooks.Sighting?
        private(set) var told: [[BargeIn.Step]] = []

        init(_ folder: StateFolder?) { self.folder = folder }

        func see(_ id: String, now: Double) -> SeenWebhooks.Sighting {
            sighting ?? SeenWebhooks(folder: folder).see(id, now: now)
        }

        func stopElsewhere(_ sessionID: String) -> Bool { elsewhere == sessionID }

        func interrupt(
            _ sessionID: String, steps: [BargeIn.Step], confidence: Double, within deadline: Duration
        ) -> ErrandRunner.Interrupted {
            told.append(steps)
            var outcome = ErrandRunner.Interrupted()
            if let failure { (outcome.reason, outcome.left) = (failure, steps) }
            return outcome
        }

        func sweep() {}
    }

    private let temporary: TemporaryFolder
    private let service: Service

    init() throws {
        temporary = try TemporaryFolder()
        service = Service(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func answer(
        _ body: [UInt8] = body, secret: String? = nil, signature: String? = nil, at time: Double = time
    ) throws -> Reply {
        var environment = [
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST", "HTTP_WEBHOOK_ID": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "HTTP_WEBHOOK_TIMESTAMP": "1614265330",
        ]
        environment["HTTP_WEBHOOK_SIGNATURE"] = signature
        let text = """
            [cognigy]
            base_url = https://api.example.com
            client_id = id
            client_secret = secret
            [barge_in]
            \(secret.map { "secret = \($0)" } ?? "")
            """
        let settings = try Settings.parse(text, fileName: "f", for: .bargeIn)
        let handler = WebhookHandler(
            try #require(Request(environment: environment)), began: .zero, wallClock: { time },
            report: { Issue.record("\($0)") })
        do throws(WebRefusal) {
            return try handler.answer(body, settings, service, Log(target: .off, level: .error))
        } catch { return error.reply }
    }

    private func json(_ reply: Reply) throws -> JSON { try JSON(parsing: reply.body) }

    private func letters() throws -> [DeadLetter] {
        var letters: [DeadLetter] = []
        _ = DeadLetters(folder: service.folder).deliver(now: Self.time) { letter in
            letters.append(letter)
            return .delivered
        }
        return letters
    }

    @Test func aCallerWhoIsSureStopsThePromptAndResetsTheFlow() throws {
        let reply = try answer()
        #expect(reply.status == 200)
        #expect(try json(reply)["status"] == "processed")
        #expect(service.told == [[.stop, .reset]])
        #expect(try letters() == [])
    }

    @Test func whatMayBeANoiseStopsThePromptAlone() throws {
        let body = String(decoding: Self.body, as: UTF8.self).replacing("0.9", with: "0.5")
        let reply = try answer(Array(body.utf8))
        #expect(try json(reply)["state"] == BargeIn.ignored)
        #expect(service.told == [[.stop]])
    }

    @Test func aWrongSignatureIsRefusedBeforeAnythingIsDone() throws {
        let signature = "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        let reply = try answer(Self.signedBody, secret: Self.secret, signature: signature)
        #expect(reply.status == 401)
        #expect(try json(reply)["error"] == "the signature is wrong")
        #expect(try answer(secret: Self.secret).status == 401)
        #expect(service.told == [])
    }

    @Test func anOldSignatureIsRefused() throws {
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        let reply = try answer(Self.signedBody, secret: Self.secret, signature: signature, at: Self.time + 301)
        #expect(reply.status == 401)
        #expect(try json(reply)["error"] == "webhook-timestamp is more than 5 minutes off")
    }

    @Test func aWebhookThatComesAgainIsAnsweredAndNotDoneAgain() throws {
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        let first = try answer(Self.signedBody, secret: Self.secret, signature: signature)
        #expect(first.status == 422, "the signature is good, and the body is none of ours")
        for name in try FolderListing.names(temporary.path("webhooks")) {
            // What the handler left behind is as old as the vector.
            let times = [timeval(tv_sec: Int(Self.time), tv_usec: 0), timeval(tv_sec: Int(Self.time), tv_usec: 0)]
            #expect(utimes(temporary.path("webhooks/\(name)"), times) == 0)
        }
        let second = try answer(Self.signedBody, secret: Self.secret, signature: signature)
        #expect(second.status == 200)
        #expect(try json(second) == BargeIn.repeated)
    }

    /// A sender that missed the answer of another machine, or somebody who has overheard him.
    @Test func aWebhookThatCameToAnotherMachineStopsNoPrompt() throws {
        guard let call = ControlSocket(folder: service.folder, session: "s1", report: { Issue.record("\($0)") }) else {
            return
        }
        let key = try #require(Base64.decoded(Self.secret.dropFirst("whsec_".count)))
        let signed = Array("msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.".utf8) + Self.body
        let signature = "v1," + Base64.text(Digest.authentication(of: signed, key: key))
        service.sighting = .replayed
        #expect(try json(answer(secret: Self.secret, signature: signature)) == BargeIn.repeated)
        #expect(service.told == [])
        #expect(call.next() == nil)
        service.sighting = .new
        #expect(try answer(secret: Self.secret, signature: signature).status == 200)
        #expect(call.next() == .stop)
    }

    @Test(arguments: [.rateLimited, .failed(status: 503), .unauthorized] as [Retry.Reason])
    func whatTheServiceIsNotToldIsKeptAsALetter(reason: Retry.Reason) throws {
        service.failure = reason
        let reply = try answer()
        #expect(reply.status == 502)
        #expect(reply.body == ErrorBody.json(reason).serialized)
        #expect(
            try letters()
                == [DeadLetter(sessionID: "s1", steps: [.stop, .reset], confidence: 0.9, time: Self.time)])
    }

    @Test func whatTheServiceRefusesForGoodIsNotKept() throws {
        service.failure = .failed(status: 404)
        #expect(try answer().status == 502)
        #expect(try letters() == [])
    }
}
