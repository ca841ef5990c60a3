import CCurl
import System

/// The bytes of a connection that libcurl makes: what it gives to read, and what it could not send yet.
final class CurlStream {
    private let client: HTTPClient
    let id: Int
    private var descriptor: CInt = -1
    private(set) var unsent: ArraySlice<UInt8> = []

    /// How many bytes one `read` takes at most.
    static let portion = 1 << 14

    init(_ client: HTTPClient, _ id: Int) { (self.client, self.id) = (client, id) }

    deinit { client.cancel(id) }

    /// Takes the connection over that was made; false where there is none.
    func open() -> Bool {
        guard let handle = client.handle(of: id) else { return false }
        var socket = curl_socket_t(CURL_SOCKET_BAD)
        guard ccurl_get_socket(handle, &socket) == CURLE_OK, socket != CURL_SOCKET_BAD else { return false }
        descriptor = socket
        return true
    }

    var isOpen: Bool { descriptor >= 0 }

    /// What the poll waits for.
    var interest: Poll.Interest? {
        guard isOpen else { return nil }
        return Poll.Interest(descriptor, unsent.isEmpty ? .readable : [.readable, .writable])
    }

    func read() -> Descriptor.Input {
        guard let handle = client.handle(of: id) else { return .end }
        var code = CURLE_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: CurlStream.portion) { buffer, count in
            code = curl_easy_recv(handle, buffer.baseAddress, CurlStream.portion, &count)
        }
        switch code {
        case CURLE_OK where !bytes.isEmpty: return .bytes(bytes)
        case CURLE_AGAIN: return .nothingYet
        default: return .end
        }
    }

    /// Sends what it can. The rest is sent by the next call. What is wrong with the connection; nil: nothing.
    func write(_ bytes: [UInt8]) -> String? {
        unsent.append(contentsOf: bytes)
        guard let handle = client.handle(of: id) else { return "no connection" }
        while !unsent.isEmpty {
            var count = 0
            let code = unsent.withUnsafeBytes { curl_easy_send(handle, $0.baseAddress, $0.count, &count) }
            if code == CURLE_AGAIN { return nil }
            if code != CURLE_OK { return "the connection broke" }
            unsent = unsent.dropFirst(count)
        }
        return nil
    }

    /// Closes the connection when the peer has read what is left.
    func part() { client.part(id, unsent: unsent) }

    func abandon() { client.cancel(id) }
}
