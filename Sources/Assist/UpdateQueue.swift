import Cognigy

/// Who waits for what: the updates of each interaction, in their order. What is ready waits for what came before it.
struct UpdateQueue {
    enum Content: Equatable {
        case ready(AgentLine)
        /// For the answer to this question.
        case waiting(SuggestionCache.Key)
    }

    private struct Slot {
        let number: Int
        var content: Content
    }

    /// By the bytes of the id: to Swift, a composed and a decomposed letter are the same.
    private var queues: [[UInt8]: [Slot]] = [:]
    private var lastNumber = 0
    private(set) var count = 0

    func count(of interaction: String) -> Int { queues[Array(interaction.utf8)]?.count ?? 0 }

    mutating func add(_ content: Content, to interaction: String) {
        lastNumber += 1
        queues[Array(interaction.utf8), default: []].append(Slot(number: lastNumber, content: content))
        count += 1
    }

    /// The answer to a question, for all updates that ask it; nil where there is none. Who did not ask first has it
    /// from the cache, as if he had come a little later.
    mutating func answer(_ key: SuggestionCache.Key, in interaction: String, _ suggestions: [Assist.Suggestion]?) {
        let interaction = Array(interaction.utf8)
        guard var queue = queues[interaction] else { return }
        var isFirst = true
        for index in queue.indices where queue[index].content == .waiting(key) {
            queue[index].content = .ready(
                suggestions.map { AgentLine(cached: !isFirst, suggestions: $0) } ?? .fallback)
            isFirst = false
        }
        queues[interaction] = queue
    }

    /// What need not wait any longer, in order.
    mutating func takeReady(_ interaction: String) -> [AgentLine] {
        let interaction = Array(interaction.utf8)
        guard var queue = queues[interaction] else { return [] }
        var ready: [AgentLine] = []
        while case .ready(let line)? = queue.first?.content {
            ready.append(line)
            queue.removeFirst()
        }
        count -= ready.count
        queues[interaction] = queue.isEmpty ? nil : queue
        return ready
    }

    /// The interaction whose first update waits the longest of all.
    var longestWaiting: String? {
        queues.min { ($0.value.first?.number ?? 0) < ($1.value.first?.number ?? 0) }
            .map { String(decoding: $0.key, as: UTF8.self) }
    }

    /// The first update waits no more. The question that nobody asks now, if that is so.
    mutating func giveUpFirst(of interaction: String) -> SuggestionCache.Key? {
        let interaction = Array(interaction.utf8)
        guard case .waiting(let key)? = queues[interaction]?.first?.content else { return nil }
        queues[interaction]?[0].content = .ready(.fallback)
        let isAsked = queues[interaction]?.contains { $0.content == .waiting(key) } ?? false
        return isAsked ? nil : key
    }
}
