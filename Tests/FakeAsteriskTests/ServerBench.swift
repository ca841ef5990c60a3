import Testbed

@testable import FakeAsterisk

/// An AGIServer whose input and time come from the test.
struct ServerBench {
    let folder: TemporaryFolder?
    var server: AGIServer
    var pipe: [UInt8] = []
    var written: [String] = []
    var signals = 0

    init(
        _ folder: TemporaryFolder? = nil, variables: [String: String] = [:], enhanced: Bool = false,
        subroutines: [String: CallPlan.Subroutine] = [:]
    ) {
        self.folder = folder
        var channel = FakeChannel()
        channel.isUp = true
        channel.variables = variables
        server = AGIServer(
            channel: channel, sounds: FakeSounds(folder: folder?.path ?? "/nowhere"), isEnhanced: enhanced,
            subroutines: subroutines)
    }

    /// The program writes this, and what is due at `time` (in milliseconds) happens. Returns the replies.
    @discardableResult
    mutating func send(_ text: String = "", at time: Int) -> [String] {
        pipe += Array(text.utf8)
        let before = written.count
        while let action = server.next(
            readable: server.watchesProgram && !pipe.isEmpty, at: .milliseconds(time))
        {
            switch action {
            case .read:
                server.received(Array(pipe.prefix(4096)))
                pipe.removeFirst(min(4096, pipe.count))
            case .write(let line): written.append(String(line.dropLast()))
            case .sendHangupSignal: signals += 1
            case .end: written.append("end")
            case .abandon: written.append("abandon")
            }
        }
        return Array(written[before...])
    }

    mutating func press(_ digit: Character, at time: Int) -> [String] {
        let end: Duration = .milliseconds(time)
        server.press(.init(digit: digit, began: end - .milliseconds(100), ended: end))
        return send(at: time)
    }

    mutating func hangUp(at time: Int) -> [String] {
        server.hangUp(by: .caller, at: .milliseconds(time))
        return send(at: time)
    }
}
