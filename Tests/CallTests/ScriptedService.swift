import Cognigy

@testable import Call

/// A service that says what a test has put behind a word, when that word comes from its socket.
final class ScriptedService: Service {
    private let script: [String: [ServiceNews]]
    var turns: Int? = 0
    private(set) var transfers: [String] = []
    /// How often it was told that the caller has dropped what was to be heard.
    private(set) var interruptions = 0

    init(_ script: [String: [ServiceNews]]) { self.script = script }

    func begin(_ context: inout Context) -> [ServiceNews] { [.ready] }

    func take(_ input: Input, _ context: inout Context) -> [ServiceNews] {
        turns = (turns ?? 0) + 1
        if case .key(let key) = input { context.effects.append(.sendKey(key)) }
        return []
    }

    func transferred(_ order: TransferOrder, status: String, _ context: inout Context) -> [ServiceNews] {
        transfers.append("\(order.kind) \(order.target) \(status)")
        return []
    }

    func handle(_ event: Event, _ context: inout Context) -> [ServiceNews] {
        guard case .socket(.text(let word)) = event else { return [] }
        return script[word] ?? []
    }

    func interrupted() { interruptions += 1 }

    func leave(_ ending: Ending, _ context: inout Context) {}
}

extension Bench {
    /// A call that has come as far as a service that says these messages, each by its own word and, if it has words or
    /// silence, with a sound of that name.
    static func scripted(
        _ script: [String: [ServiceNews]], _ rules: CallMachine.Rules = CallMachine.Rules()
    ) -> Bench {
        let bench = Bench(rules, service: ScriptedService(script))
        bench.start()
        bench.connect()
        bench.settle()
        return bench
    }

    /// The service says what stands behind the word, and it can be heard at once under the name of the word.
    func hears(_ word: String) {
        for case .prepare(let id, _) in says(word) { happens(.prepared(id, .file(word))) }
    }
}
