import Cognigy
import HTTP
import System
import Transport
import WebSocket

/// The WebSocket to a voice for one text. It may be opened before there is a text; it ends with it, so that nothing which the
/// voice still says of one text is heard in the next.
final class SynthesisSocket {
    let address: SynthesisStream.Address
    private let connection: WebSocketConnection
    /// Of the samples; nil until the voice is ready.
    private(set) var rate: Int?
    /// Why there is no more to come, and whether the voice does not want to be asked so.
    private(set) var failure: (why: String, isRefusal: Bool)?
    /// The voice has ended it.
    private(set) var isOver = false
    private var text: String?
    /// The text is on its way.
    private var wasAsked = false
    private var samples: [UInt8] = []

    init(_ client: HTTPClient, _ address: SynthesisStream.Address, timeout: Duration) {
        self.address = address
        connection = WebSocketConnection(client, to: address.location, timeout: timeout)
        connection.receives = { [unowned self] in samples += $0 }
    }

    deinit { connection.abandon() }

    var isUsable: Bool { failure == nil && !isOver }

    var interest: Poll.Interest? { connection.interest }
    /// There are bytes that no poll reports.
    var hasMore: Bool { connection.hasMore }

    /// False where the completion is not for this socket.
    func completed(_ completion: (id: Int, result: Result<Response, Failure>)) -> Bool {
        guard let event = connection.completed(completion) else { return false }
        take(event)
        return true
    }

    func process(_ ready: [CInt: Poll.Events]) {
        for event in connection.process(ready) { take(event) }
    }

    /// Once the voice is ready.
    func speak(_ text: String) {
        self.text = text
        sendText()
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

    private func take(_ event: SocketEvent) {
        switch event {
        case .connected: note(connection.upgrade(path: address.path, headers: address.headers))
        case .failed(let failure): fail("\(failure)")
        case .refused(let status, _): fail("HTTP \(status)", isRefusal: (400..<500).contains(status))
        case .text(let text):
            switch SynthesisStream.incoming(text) {
            case .ready(let rate):
                self.rate = self.rate ?? rate
                sendText()
            case .samples(let bytes): samples += bytes
            case .failed(let why): fail(why, isRefusal: true)
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

    private func sendText() {
        guard rate != nil, !wasAsked, isUsable, let text else { return }
        wasAsked = true
        for message in SynthesisStream.messages(for: text) { note(connection.send(message)) }
    }

    private func note(_ event: SocketEvent?) {
        if let event { take(event) }
    }

    private func fail(_ why: String, isRefusal: Bool = false) {
        if failure == nil { failure = (why, isRefusal) }
    }
}
