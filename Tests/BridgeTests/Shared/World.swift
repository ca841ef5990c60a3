import Configuration
import HTTP
import State
import System
import TestService
import Testbed
import Testing
import Transport

@testable import Bridge

/// Who shares: the processes of one machine, by a folder, or those of several machines, by a Redis. What is promised of the
/// one holds for the other.
enum Sharing: CaseIterable { case folder, redis }

final class World {
    private let temporary: TemporaryFolder
    let server: RedisServer?
    private var count = 0
    /// What its processes have logged.
    var log: String { (try? temporary.text("log")) ?? "" }

    init(_ sharing: Sharing) throws {
        temporary = try TemporaryFolder()
        server = sharing == .redis ? try RedisServer(in: temporary) : nil
    }

    /// A process: with a Redis on a machine of its own, unless that of `neighbour` is named.
    func process(
        caller: String? = "+4930123456", beside neighbour: Process? = nil
    ) throws -> Process {
        if neighbour == nil { count += 1 }
        let box = server == nil ? "box" : neighbour?.box ?? "box\(count)"
        let fleet =
            server.map {
                """
                [fleet]
                redis_url = unix://\($0.socket)
                timeout_ms = 500
                """
            } ?? ""
        let text = """
            [cognigy]
            base_url = https://service.invalid
            client_id = id
            client_secret = secret
            flow_id = flow
            api_key = key
            bot_id = bot
            dialog_id = dialog
            [speech]
            concurrency = 2
            stt_url = https://service.invalid/stt
            [paths]
            state = \(temporary.path(box))
            log = \(temporary.path("log"))
            \(fleet)
            """
        return try Process(try Settings.parse(text, fileName: "f", for: .bridge), caller: caller, box: box)
    }

    /// Where nothing is in clear: all that the Redis holds, and for how many seconds more.
    func content() throws -> [(key: String, seconds: Int, bytes: String)] { try server?.content() ?? [] }

    final class Process {
        let box: String
        let shared: SharedState
        /// The token of a process like this one that can keep nothing.
        let withoutFolder: SharedToken
        let settings: Settings
        private let client: HTTPClient

        fileprivate init(_ settings: Settings, caller: String?, box: String) throws {
            self.box = box
            self.settings = settings
            client = try #require(HTTPClient(settings.cognigy))
            let base = try #require(Location(settings.cognigy.baseURL))
            shared = SharedState(
                settings, base: base, caller: caller, client: client, machine: box, log: Log(settings, about: box))
            withoutFolder = SharedToken(
                .call, base: base, clientID: settings.cognigy.clientID, secret: settings.cognigy.clientSecret.reveal(),
                folder: nil, fleet: shared.link.map { FleetShelf(settings, line: $0, machine: box) },
                log: Log(settings, about: box))
        }

        /// What `ask` is answered, in whatever time its patience allows.
        func answer<Answer>(_ ask: (@escaping (Answer) -> Void) -> Void) throws -> Answer {
            var answer: Answer?
            ask { answer = $0 }
            while answer == nil, let link = shared.link, let deadline = link.deadline { turn(link, until: deadline) }
            return try #require(answer)
        }

        /// Lets all that was told arrive.
        func settle() { shared.link?.flush(within: .seconds(2)) }

        /// Goes on until something happens.
        func turn() { if let link = shared.link { turn(link, until: MonotonicClock.now() + .milliseconds(20)) } }

        private func turn(_ link: FleetLink, until deadline: Duration) {
            let ready = client.wait(for: link.interests, timeout: max(deadline - MonotonicClock.now(), .zero))
            for completion in client.completions() { _ = link.completed(completion) }
            link.process(ready, now: MonotonicClock.now())
        }
    }
}
