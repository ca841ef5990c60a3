import FakeAsterisk
import System
import TestService

/// A caller who presses a key after each answer and 9 at last, or whose program meets a fate of its own.
final class Caller {
    enum Fate { case none, killed, stopped }

    let call: Box
    let keys: String
    let began = MonotonicClock.now()
    var fate = Fate.none
    private(set) var greetedAfter: Duration?
    private var repeated = 0

    init(_ pbx: PBX, number: Int, keys: String, pause: Duration) throws {
        self.keys = keys
        var channel = FakeChannel()
        channel.uniqueID = "1700000000.\(number)"
        let steps = keys.enumerated().map { index, key in
            CallPlan.Step.press(String(key), when: .whenHeard(index + 1), after: pause)
        }
        call = Box(try pbx.start(CallPlan(steps), channel: channel))
    }

    func advance() throws {
        try call.asterisk.advance()
        pressLostKeysAgain()
        if greetedAfter == nil, call.asterisk.record.events.contains(where: \.isSound) {
            greetedAfter = MonotonicClock.now() - began
        }
    }

    /// Asterisk throws a key away that comes between two commands; a caller sees that nothing happens.
    private func pressLostKeysAgain() {
        let lost = call.asterisk.record.keys.filter { $0.fate == .lost(.noCommandRunning) }
        for key in lost.dropFirst(repeated) { call.asterisk.press(key.digit) }
        repeated = lost.count
    }

    /// What was wrong with a call whose program nobody touched; nil: nothing. Each answer names the key that it is for, so
    /// the sounds tell which keys the service had, and in which order.
    var loss: String? {
        let record = call.asterisk.record
        let expected = (["0"] + keys.map(String.init)).map { "SAY NUMBER \($0)" }
        let heard = record.sounds.map(\.name)
        let status = record.variables["COGNIGY_STATUS"] ?? "nothing"
        if status != "COMPLETED" { return "\(status) \(record.variables["COGNIGY_REASON"] ?? "")" }
        return heard == expected ? nil : "keys \(keys), heard \(heard.joined(separator: ", "))"
    }
}

extension CallRecord.Event {
    fileprivate var isSound: Bool { if case .playing = what { true } else { false } }
}
