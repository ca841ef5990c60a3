import CCurl
import Glibc
import System

/// A connection whose last frame is on its way. Closing it at once would turn into a reset where the peer has sent bytes
/// that were not read, and the peer might never read the frame. So nothing more is sent, and what arrives is dropped
/// until the peer closes its end too (RFC 6455, 7.1.1), within a time and a number of bytes.
final class Parting {
    static let patience = Duration.seconds(2)
    static let mostDropped = 4 << 20
    private static let portion = 1 << 16

    let deadline = MonotonicClock.now() + patience
    private let multi: UnsafeMutableRawPointer
    /// Until everything is sent.
    private var transfer: CurlTransfer?
    private var unsent: ArraySlice<UInt8>
    private var raw: CInt
    private var dropped = 0

    init?(_ transfer: CurlTransfer, of multi: UnsafeMutableRawPointer, unsent: ArraySlice<UInt8>) {
        var socket = curl_socket_t(CURL_SOCKET_BAD)
        guard ccurl_get_socket(transfer.handle, &socket) == CURLE_OK, socket != CURL_SOCKET_BAD else { return nil }
        self.multi = multi
        self.transfer = transfer
        self.unsent = unsent
        raw = socket
        if unsent.isEmpty { sayNoMore() }
    }

    deinit {
        if transfer != nil { hangUp() } else { close(raw) }
    }

    var interest: Poll.Interest { Poll.Interest(raw, unsent.isEmpty ? .readable : [.readable, .writable]) }

    /// Sends and drops what it can. True once it is over.
    func serve(_ now: Duration) -> Bool {
        if now >= deadline || raw < 0 { return true }
        if let transfer {
            guard send(transfer.handle), receive(transfer.handle) else { return true }
            if unsent.isEmpty { sayNoMore() }
            return raw < 0
        }
        switch try? Descriptor.read(raw, limit: Parting.portion) {
        case .bytes(let bytes): return drop(bytes.count)
        case .nothingYet: return false
        case .end, nil: return true
        }
    }

    private func drop(_ count: Int) -> Bool {
        dropped += count
        return dropped > Parting.mostDropped
    }

    /// libcurl sends close_notify where there is TLS and closes its descriptor. The connection lives on in ours.
    private func sayNoMore() {
        let ours = fcntl(raw, F_DUPFD_CLOEXEC, 0)
        hangUp()
        raw = ours
        if ours >= 0 { shutdown(ours, CInt(SHUT_WR)) }
    }

    private func hangUp() {
        guard let transfer else { return }
        curl_multi_remove_handle(multi, transfer.handle)
        curl_easy_cleanup(transfer.handle)
        self.transfer = nil
    }

    private func send(_ handle: UnsafeMutableRawPointer) -> Bool {
        while !unsent.isEmpty {
            var count = 0
            let code = unsent.withUnsafeBytes { curl_easy_send(handle, $0.baseAddress, $0.count, &count) }
            if code == CURLE_AGAIN { return true }
            if code != CURLE_OK { return false }
            unsent = unsent.dropFirst(count)
        }
        return true
    }

    /// A peer that is busy sending does not read.
    private func receive(_ handle: UnsafeMutableRawPointer) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Parting.portion, alignment: 1) { buffer in
            var count = 0
            switch curl_easy_recv(handle, buffer.baseAddress, buffer.count, &count) {
            case CURLE_OK where count > 0: return !drop(count)
            case CURLE_AGAIN: return true
            default: return false
            }
        }
    }
}
