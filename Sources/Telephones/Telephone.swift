import FakeAsterisk
import JSON
import StandIn
import System
import WebSocket

/// One client of the voice simulator and its call. What the client sends is the voice of the caller, and the client is
/// sent what the caller hears. The program at the other end is the one that Asterisk starts, run by a `FakeCall`.
final class Telephone {
    /// What happened on the line, for the journal.
    typealias Note = ([String: JSON]) -> Void

    private let socket: FileDescriptor
    private let start: () throws(FakeCall.Failure) -> FakeCall
    private let metrics: String
    private let note: Note
    private var parser = RequestParser()
    /// The limit is higher than `VoiceChunk` allows, so that a message that is too long gets an answer.
    private var assembler = Assembler(role: .server, limit: 8 << 20)
    private var asterisk: FakeCall?
    private var output: [UInt8] = []
    private var seen = 0
    /// Sounds that play and are not sent yet.
    private var unsent: [(name: String, length: Duration)] = []
    private var hasEnded = false
    private var isConnected = true
    /// Nothing more is sent: a close frame or a refusal is the last thing in `output`.
    private var isClosing = false
    private var giveUpAt: Duration? = MonotonicClock.now() + Telephone.patience

    /// The longest time for the handshake, for the end of the program after a hangup, and for the client to read the
    /// rest.
    static let patience = Duration.seconds(10)
    /// If more output than this waits, the client does not read and is disconnected.
    static let mostOutput = 64 << 20

    /// `metrics`: the file into which the program writes a line for each turn. `start` starts the call.
    init(
        _ socket: consuming FileDescriptor, metrics: String,
        start: @escaping () throws(FakeCall.Failure) -> FakeCall, note: @escaping Note
    ) {
        self.socket = socket
        self.metrics = metrics
        self.start = start
        self.note = note
    }

    var isOver: Bool {
        if let giveUpAt, giveUpAt <= MonotonicClock.now() { return true }
        return !isCalling && (!isConnected || (isClosing && output.isEmpty))
    }

    private var isCalling: Bool { asterisk != nil && asterisk?.isOver == false }

    var interests: [Poll.Interest] {
        let own = Poll.Interest(socket.raw, output.isEmpty ? .readable : [.readable, .writable])
        return (isConnected ? [own] : []) + (asterisk?.interests ?? [])
    }

    var timeout: Duration? {
        let left = giveUpAt.map { max($0 - MonotonicClock.now(), .zero) }
        // No event tells that a process waits, so look again every millisecond.
        let look: Duration? = unsent.isEmpty ? nil : .milliseconds(1)
        return [isCalling ? asterisk?.timeout ?? nil : nil, left, look].compactMap { $0 }.min()
    }

    func hangUp() {
        if isCalling { asterisk?.hangUp() }
        // A client that has not finished the handshake has no call that could end in order.
        if asterisk == nil { isConnected = false }
        giveUpAt = giveUpAt ?? MonotonicClock.now() + Telephone.patience
    }

    /// Does everything that is due.
    func advance() throws(Errno) {
        if isConnected { read() }
        if isCalling {
            try asterisk?.advance()
            hear()
        }
        if let status = ended() { close(status == "COMPLETED" ? .normal : .goingAway, status) }
        flush()
    }

    // MARK: The client

    private func read() {
        while isConnected {
            switch try? Descriptor.read(socket.raw, limit: 65_536) {
            case .bytes(let bytes): receive(bytes)
            case .nothingYet: return
            case .end, nil: disconnect()
            }
        }
    }

    private func receive(_ bytes: [UInt8]) {
        if asterisk == nil { return open(bytes) }
        for incoming in assembler.receive(bytes) {
            switch incoming {
            case .text(let message): say(message)
            case .binary: send(.text(VoiceChunk.refusal(VoiceChunk.Mistake(description: "the message is no text"))))
            case .ping(let payload): send(.pong(payload))
            case .pong: break
            case .close(let code, _):
                close(code ?? .normal, "")
                hangUp()
            case .violation(let error):
                close(error.closeCode, "\(error)")
                hangUp()
            }
        }
    }

    private func open(_ bytes: [UInt8]) {
        if isClosing { return }
        parser.receive(bytes)
        do {
            guard let request = try parser.next() else { return }
            if let origin = request["origin"], !Telephone.isLocal(origin) {
                return refuse(403, "a page of another site")
            }
            let key = try Handshake.ServerRequest(method: request.method, headers: request.headersByName).key
            asterisk = try start()
            giveUpAt = nil
            output += Handshake.serverResponse(key: key)
            note(["state": "begins"])
        } catch let failure as FakeCall.Failure {
            refuse(500, "the program cannot be started: \(failure)")
        } catch {
            refuse(400, "this is a WebSocket, and the request is for something else")
        }
    }

    /// Whether a page of this machine asks. Any other page in the user's browser could make calls unnoticed.
    private static func isLocal(_ origin: String) -> Bool {
        ["http://localhost", "http://127.0.0.1"].contains { origin == $0 || origin.hasPrefix($0 + ":") }
    }

    private func refuse(_ status: Int, _ why: String) {
        let (head, body) = Reply.failure(status, why).encoded()
        output += head + body
        isClosing = true
    }

    private func say(_ message: String) {
        do { asterisk?.say(try VoiceChunk.samples(in: message)) } catch { send(.text(VoiceChunk.refusal(error))) }
    }

    private func send(_ frame: Frame) {
        if !isClosing, isConnected { output += frame.encoded(mask: nil) }
    }

    private func close(_ code: CloseCode, _ reason: String) {
        send(.close(code, reason))
        isClosing = true
        giveUpAt = giveUpAt ?? MonotonicClock.now() + Telephone.patience
    }

    private func flush() {
        do {
            while isConnected, !output.isEmpty {
                let count = try Descriptor.write(socket.raw, output.prefix(65_536))
                if count == 0 { break }
                output.removeFirst(count)
            }
        } catch { disconnect() }
        if output.count > Telephone.mostOutput { disconnect() }
    }

    private func disconnect() {
        isConnected = false
        output = []
        hangUp()
    }

    // MARK: The call

    /// Sends each sound to the client when it begins to play, and the program has written the metrics of its turn: it does
    /// that behind the command, and before it waits for anything.
    private func hear() {
        guard let record = asterisk?.record else { return }
        for event in record.events.dropFirst(seen) {
            if case .playing(let name, let length) = event.what { unsent.append((name, length)) }
        }
        seen = record.events.count
        if unsent.isEmpty || isProgramBusy { return }
        let intent = intent
        for (name, length) in unsent {
            guard let sound = asterisk?.sound(named: name) else { continue }
            note(["state": "hears", "ms": .integer(Int(length / .milliseconds(1))), "intent": .string(intent)])
            send(.text(VoiceChunk.answer(sound.bytes, intent: intent)))
        }
        unsent = []
    }

    /// Whether it does anything but wait; proc(5), the third field of stat..
    private var isProgramBusy: Bool {
        guard isCalling, let process = asterisk?.processID,
            let stat = try? AtomicFile.read("/proc/\(process)/stat", limit: 4096, owner: .anyone, forbidden: 0).bytes,
            let end = stat.lastIndex(of: UInt8(ascii: ")")), end + 2 < stat.count
        else { return false }
        return stat[end + 2] != UInt8(ascii: "S") && stat[end + 2] != UInt8(ascii: "Z")
    }

    /// The intent of the last turn, from the metrics.
    private var intent: String {
        let lines = (try? AtomicFile.read(metrics, limit: 64 << 20, forbidden: 0).bytes)?.split(
            separator: UInt8(ascii: "\n"))
        let turn = lines?.last.flatMap { try? JSON(parsing: $0) }
        return turn?["intent"]?.string ?? "unknown"
    }

    /// The value of COGNIGY_STATUS, once, after the program has ended; nil before and after.
    private func ended() -> String? {
        guard asterisk?.isOver == true, let variables = asterisk?.record.variables else { return nil }
        if hasEnded { return nil }
        hasEnded = true
        let status = variables["COGNIGY_STATUS"] ?? "ERROR"
        note(["state": "over", "status": .string(status), "reason": .string(variables["COGNIGY_REASON"] ?? "")])
        return status
    }
}
