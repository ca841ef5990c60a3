import HTTP
import System
import Transport

/// The client that the suite judges: an echo over the product's own WebSocket and its transport, libcurl.
final class EchoClient {
    static let name = "cognigy-bridge"

    private let server: FuzzingServer
    private let client: HTTPClient

    /// As many connections as the client says goodbye to at a time. Most cases wait for something most of the time.
    private static let mostAtOnce = 4

    init(_ server: FuzzingServer) throws {
        guard let client = HTTPClient(trust: TrustStore(folder: nil, file: server.authority), proxy: nil) else {
            throw Failed(description: "no libcurl")
        }
        self.server = server
        self.client = client
    }

    func caseCount() throws -> Int {
        guard let count = try ask("/getCaseCount").first.flatMap({ Int($0) }) else {
            throw Failed(description: "wstest has no number of cases")
        }
        return count
    }

    /// Runs all cases and has the reports written. `tell` is told how many are over.
    func runCases(_ count: Int, tell: (Int) -> Void) throws {
        var next = 1
        var over: [Int] = []
        var running: [(number: Int, conversation: Conversation)] = []
        while over.count < count {
            while next <= count, running.count < Self.mostAtOnce {
                running.append((next, begin("/runCase?case=\(next)&agent=\(Self.name)", as: .echo)))
                next += 1
            }
            try turn(running.map(\.conversation))
            for (number, conversation) in running where conversation.isOver {
                if let failure = conversation.failure { throw Failed(description: "case \(number): \(failure)") }
                over.append(number)
                tell(over.count)
            }
            running.removeAll { $0.conversation.isOver }
        }
        // The suite judges a case when its connection is gone, and answers this then.
        for number in over.suffix(2 * Self.mostAtOnce) {
            _ = try ask("/getCaseStatus?case=\(number)&agent=\(Self.name)")
        }
        _ = try ask("/updateReports?agent=\(Self.name)")
    }

    private func begin(_ path: String, as kind: Conversation.Kind) -> Conversation {
        Conversation(client, with: server.address, path, as: kind)
    }

    private func ask(_ path: String) throws -> [String] {
        let conversation = begin(path, as: .question)
        while !conversation.isOver { try turn([conversation]) }
        if let failure = conversation.failure { throw Failed(description: "\(path): \(failure)") }
        return conversation.answers
    }

    /// One turn of the poll.
    private func turn(_ conversations: [Conversation]) throws {
        let interests = conversations.compactMap(\.interest) + [server.interest]
        let ready = client.wait(
            for: interests, timeout: conversations.contains(where: \.hasMore) ? .zero : .seconds(1))
        try server.listen()
        for conversation in conversations { conversation.process(ready) }
        for completion in client.completions() {
            for conversation in conversations { conversation.take(completion) }
        }
    }
}
