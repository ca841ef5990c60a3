import Foundation
import System
import Testing

@testable import StandIn

/// A stand-in that runs in a thread of its own, and its journal.
final class RunningStandIn: @unchecked Sendable {
    private let condition = NSCondition()
    private var noted: [Journal.Entry] = []
    private var failure: StandInServer.Failure?
    private var isListening = false
    private var isOver = false
    private var stop: System.Pipe
    private(set) var authority: [UInt8] = []

    init(_ scenario: String = "", usesTLS: Bool = false, authorityFile: String? = nil) throws {
        stop = try System.Pipe()
        var options = StandInServer.Options(scenario: try Scenario(parsing: scenario))
        options.usesTLS = usesTLS
        options.authorityFile = authorityFile
        let reader = stop.rawReader
        Thread { [self, options] in
            do throws(StandInServer.Failure) {
                let standIn = try StandInServer(options) { [self] entry in note { noted.append(entry) } }
                note {
                    authority = standIn.authority ?? []
                    isListening = true
                }
                try? standIn.run(until: reader)
            } catch { note { failure = error } }
            note { isOver = true }
        }.start()
        wait { isListening || isOver }
        if let failure { throw failure }
    }

    /// Ends the service and waits for it.
    func end() {
        stop.writer = nil
        wait { isOver }
    }

    private func wait(for isSo: () -> Bool) {
        condition.lock()
        while !isSo() { condition.wait() }
        condition.unlock()
    }

    private func note(_ change: () -> Void) {
        condition.lock()
        change()
        condition.broadcast()
        condition.unlock()
    }

    var entries: [Journal.Entry] {
        condition.lock()
        defer { condition.unlock() }
        return noted
    }

    var violations: [String] { entries.filter { $0.event == .violation }.compactMap { $0["what"]?.string } }

    /// The journal's `count`th entry of this kind, once it is there.
    func entry(_ event: Journal.Event, _ count: Int = 1) throws -> Journal.Entry {
        let deadline = Date(timeIntervalSinceNow: 20)
        condition.lock()
        defer { condition.unlock() }
        while true {
            let found = noted.filter { $0.event == event }
            if found.count >= count { return found[count - 1] }
            try #require(condition.wait(until: deadline), "no \(event) in the journal")
        }
    }

    var port: UInt16 {
        get throws {
            let url = try #require(try entry(.listening)["base_url"]?.string)
            return try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
        }
    }

    func client(trusting authority: [UInt8]? = nil, name: String = "localhost", protocols: [String] = []) throws
        -> TestClient
    {
        try TestClient(port: try port, authority: authority, name: name, protocols: protocols)
    }
}
