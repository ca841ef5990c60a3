import Cognigy

/// The updates that have no line yet, in order for each interaction. A ready update waits for those before it.
struct UpdateQueue {
    enum Content: Equatable {
        case ready(AgentLine)
        /// Waits for the answer to this question.
        case waiting(SuggestionCache.Key)
    }

    private struct Slot {
        let number: Int
        var content: Content
    }

    /// Keyed by the bytes of the id, because Swift takes a composed and a decomposed letter for equal.
    private var queues: [[UInt8]: [Slot]] = [:]
    private var lastNumber = 0
    private(set) var count = 0

    func count(of interaction: String) -> Int { queues[Array(interaction.utf8)]?.count ?? 0 }

    mutating func add(_ content: Content, to interaction: String) {
        lastNumber += 1
        queues[Array(interaction.utf8), default: []].append(Slot(number: lastNumber, content: content))
        count += 1
    }

    /// Gives all updates that wait for this question its answer, or the fallback if it is nil. All but the first are
    /// marked as cached, as if they had arrived after the answer.
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

    /// Removes and returns the updates at the front that are ready.
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

    /// The interaction whose first update is the oldest of all.
    var longestWaiting: String? {
        queues.min { ($0.value.first?.number ?? 0) < ($1.value.first?.number ?? 0) }
            .map { String(decoding: $0.key, as: UTF8.self) }
    }

    /// Gives the first update the fallback. Returns its question if no other update of the interaction waits for it.
    mutating func giveUpFirst(of interaction: String) -> SuggestionCache.Key? {
        let interaction = Array(interaction.utf8)
        guard case .waiting(let key)? = queues[interaction]?.first?.content else { return nil }
        queues[interaction]?[0].content = .ready(.fallback)
        let isAsked = queues[interaction]?.contains { $0.content == .waiting(key) } ?? false
        return isAsked ? nil : key
    }
}
