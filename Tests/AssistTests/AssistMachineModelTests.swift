import HTTP
import JSON
import Testbed
import Testing

@testable import Assist

/// A service, a network and customers that do anything at all, in an order that only the seed knows.
@Suite struct AssistMachineModelTests {
    private struct Sent {
        let isTriggered: Bool
        let transcript: String
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func everyUpdateIsOneLineAndEachInteractionKeepsItsOrder(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bench = try Bench()
        var asked: [Purpose: Request] = [:]
        var sent: [String: [Sent]] = [:]
        var seen = 0
        bench.happens(.tick)
        for step in 0..<3000 {
            for effect in bench.log[seen...] {
                switch effect {
                case .request(let purpose, let request): asked[purpose] = request
                case .cancel(let purpose): asked[purpose] = nil
                default: break
                }
            }
            seen = bench.log.count
            switch Int.random(in: 0..<12, using: &generator) {
            case 0...4:
                let interaction = "i\(Int.random(in: 0..<4, using: &generator))"
                let isTriggered = Bool.random(using: &generator)
                let transcript = "\(isTriggered ? "refund" : "well") \(step)"
                if bench.isOpen {
                    sent[interaction, default: []].append(.init(isTriggered: isTriggered, transcript: transcript))
                }
                bench.update(interaction, transcript)
            case 5...8:
                let purposes = asked.keys.sorted { "\($0)" < "\($1)" }
                guard let purpose = purposes.randomElement(using: &generator), let request = asked[purpose] else {
                    break
                }
                asked[purpose] = nil
                answer(purpose, request, bench, &generator)
            case 9: bench.pass(.milliseconds(Int.random(in: 0...1500, using: &generator)))
            case 10: bench.happens(.socket([.connected, .opened, .opened].randomElement(using: &generator) ?? .opened))
            default:
                if Int.random(in: 0..<40, using: &generator) == 0 {
                    bench.happens(.socket(.closed(nil, reason: "dropped")))
                }
            }
            #expect(bench.machine.waiting <= AssistMachine.mostOfOne * 4)
        }
        bench.happens(.terminate)
        #expect(bench.machine.waiting == 0)
        check(bench.lines, against: sent)
        #expect(bench.log.metrics.count == bench.lines.count)
        #expect(bench.lines.count > 100)
    }

    private func answer(
        _ purpose: Purpose, _ request: Request, _ bench: Bench, _ generator: inout SeededGenerator
    ) {
        let kind = Int.random(in: 0..<10, using: &generator)
        if purpose == .token {
            if kind < 8 { bench.grants("T\(bench.log.count)", life: 20) } else { bench.responds(.token, 503) }
            return
        }
        let transcript = (try? JSON(parsing: request.body ?? []))?["transcript"]?.string ?? "?"
        switch kind {
        case 0: bench.responds(purpose, 500)
        case 1: bench.responds(purpose, 401)
        case 2: bench.responds(purpose, 429, retryAfter: "1")
        case 3: bench.happens(.response(purpose, .failure(.timedOut("silent"))))
        default: bench.responds(purpose, 200, #"{"suggestions":[{"text":"\#(transcript)","confidence":1}]}"#)
        }
    }

    private func check(_ lines: [JSON], against sent: [String: [Sent]]) {
        for (interaction, updates) in sent {
            let lines = lines.filter { $0["interactionId"]?.string == interaction }
            #expect(lines.count == updates.count)
            for (line, update) in zip(lines, updates) {
                #expect(line["triggered"]?.bool == update.isTriggered)
                if line["fallback"] == true || !update.isTriggered { continue }
                #expect(line["suggestions"]?.array?.first?["text"]?.string == update.transcript)
            }
        }
    }
}
