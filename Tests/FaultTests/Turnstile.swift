import Foundation

/// Lets so many plays go on at once, each in a thread of its own: most of a play is waiting, and the threads on which
/// tests run are few.
actor Turnstile {
    static let shared = Turnstile()
    private var free = 10
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private func enter() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }

    func pass<Result: Sendable>(_ play: @escaping @Sendable () throws -> Result) async throws -> Result {
        await enter()
        defer { leave() }
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try play() }) }
        }
    }
}
