import Cognigy
import HTTP
import System
import Transport
import WebSocket

/// The WebSocket to a voice for one text. It may be opened before there is a text; it ends with it, so that nothing which the
/// voice still says of one text is heard in the next.
final class SynthesisSocket {
    /// Why there is no more to come.
    struct Fault {
        let why: String
        /// In the voice's own words, which may repeat the text.
        var words = ""
        /// The voice does not want to be asked so.
        var isRefusal = false

        func line(isSensitive: Bool = false) -> String { words.isEmpty || isSensitive ? why : "\(why): \(words)" }
    }

    let address: SynthesisStream.Address
    private let connection: WebSocketConnection
    /// Of the samples; nil until the voice is ready.
    private(set) var rate: Int?
    private(set) var fault: Fault?
    /// The voice has ended it.
    private(set) var isOver = false
    private var text: String?
    /// The text is on its way.
    private var wasAsked = false
    private var samples: [UInt8] = []
    /// In bytes, of all sound.
    private var count = 0
    private let readyBy: Duration
    private var heardFrom: Duration
    /// Since when a sign of life is awaited.
    private var pinged: Duration?

    /// Between two signs of life of a connection that waits for a text.
    static let keepAlive = Duration.seconds(20)
    /// How long one that has waited may be silent once it has a text. A network may have forgotten it.
    static let proof = Duration.seconds(3)
    /// In bytes: what a program that speaks may write, too.
    static let mostSound = 32 << 20

    init(_ client: HTTPClient, _ address: SynthesisStream.Address, timeout: Duration, now: Duration) {
        self.address = address
        readyBy = now + timeout
        heardFrom = now
        connection = WebSocketConnection(client, to: address.location, timeout: timeout)
        connection.receives = { [unowned self] in take(sound: $0) }
    }

    deinit { connection.abandon() }

    var isUsable: Bool { fault == nil && !isOver }

    var interest: Poll.Interest? { connection.interest }
    /// There are bytes that no poll reports.
    var hasMore: Bool { connection.hasMore }

    /// When `wake` wants to be called.
    var deadline: Duration? {
        if !isUsable { return nil }
        if rate == nil { return readyBy }
        if wasAsked { return pinged.map { $0 + Self.proof } }
        return max(heardFrom, pinged ?? heardFrom) + Self.keepAlive
    }

    /// False where the completion is not for this socket.
    func completed(_ completion: (id: Int, result: Result<Response, Failure>), _ now: Duration) -> Bool {
        guard let event = connection.completed(completion) else { return false }
        take(event, now)
        return true
    }

    func process(_ ready: [CInt: Poll.Events], _ now: Duration) {
        for event in connection.process(ready) { take(event, now) }
    }

    /// A connection that waits shows that it lives; one that does not become ready in time has failed.
    func wake(_ now: Duration) {
        guard let deadline, now >= deadline else { return }
        if rate == nil { return fail("it was not ready in time") }
        if pinged != nil { return fail("the connection is dead") }
        ping(now)
    }

    /// Once the voice is ready.
    func speak(_ text: String, _ now: Duration) {
        self.text = text
        // Before the text, which may keep the voice from answering at once.
        if rate != nil { ping(now) }
        sendText(now)
    }

    /// The samples that have come since the last call.
    func arrived() -> [UInt8] {
        defer { samples = [] }
        return samples
    }

    /// Nothing more is wanted.
    func end() {
        if connection.isOpen { _ = connection.send(SynthesisStream.stop) }
        connection.close(.normal)
    }

    func take(_ event: SocketEvent, _ now: Duration) {
        (heardFrom, pinged) = (now, nil)
        switch event {
        case .connected: note(connection.upgrade(path: address.path, headers: address.headers), now)
        case .failed(let failure): fail("\(failure)")
        case .refused(let status, _):
            fail(
                "HTTP \(status) to the WebSocket",
                isRefusal: (400..<500).contains(status) && ![408, 429].contains(status))
        case .text(let text):
            switch SynthesisStream.incoming(text) {
            case .ready(let rate):
                self.rate = self.rate ?? rate
                sendText(now)
            case .samples(let bytes): take(sound: bytes)
            case .failed(let why): fail(why, isRefusal: true)
            case .complains(let words): fail("it reports an error", words, isRefusal: true)
            case .other: break
            }
        case .closed(let code, let reason):
            isOver = true
            // A voice that was asked may leave once it has spoken, but not be lost on the way.
            let isWell = code == .normal || code == nil && reason.isEmpty
            if !wasAsked || !isWell { fail("the connection ended early") }
        case .opened, .alive: break
        }
    }

    func take(sound bytes: [UInt8]) {
        pinged = nil
        if !wasAsked { return fail("it sent sound before it had a text", isRefusal: true) }
        count += bytes.count
        if count > Self.mostSound { return fail("it sends sound without end", isRefusal: true) }
        samples += bytes
    }

    private func sendText(_ now: Duration) {
        guard rate != nil, !wasAsked, isUsable, let text else { return }
        wasAsked = true
        for message in SynthesisStream.messages(for: text) { note(connection.send(message), now) }
    }

    private func ping(_ now: Duration) {
        pinged = now
        note(connection.ping(), now)
    }

    private func note(_ event: SocketEvent?, _ now: Duration) {
        if let event { take(event, now) }
    }

    private func fail(_ why: String, _ words: String = "", isRefusal: Bool = false) {
        if fault == nil { fault = Fault(why: why, words: words, isRefusal: isRefusal) }
    }
}
