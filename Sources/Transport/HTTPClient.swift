import CCrypto
import CCurl
import CErrorTexts
import Glibc
import HTTP
import System

/// One curl multi handle. Every request and the connecting of the voice socket run in it, and its poll is the poll of the
/// whole process.
///
/// The room Transport is the doorway to libcurl. It carries what the pure rooms ask for: HTTP requests, and a WebSocket
/// whose frames the room WebSocket writes and reads. Where libcurl has no words for a matter of TLS, it asks OpenSSL, whose
/// two libraries have one doorway, CCrypto. It alone resolves names, connects and draws random bytes.
public final class HTTPClient {
    let multi: UnsafeMutableRawPointer
    let trust: TrustStore
    let proxy: String
    private var transfers: [Int: CurlTransfer] = [:]
    /// Easy handles for the next requests. They are kept because c-ares reads the machine's configuration for a new one.
    private var spare: [UnsafeMutableRawPointer] = []
    /// Connections that are closed as soon as the other end has read the last frame.
    private var partings: [Parting] = []
    private var lastID = 0
    /// Says which addresses are public.
    var isPublic: (UnsafePointer<sockaddr>) -> Bool = { AddressPolicy.isPublic($0) }
    /// In seconds: for how long the body of an answer may stand still.
    var longestStandstill = 10
    /// nil: every TLS handshake is a whole one.
    private var resumption: TLSResumption?
    private var done: [(id: Int, result: Result<Response, Failure>)] = []

    private static let mostIdleConnections = 64
    private static let mostPartings = 4

    public init?(trust: TrustStore, proxy: String?) {
        HTTPClient.prepareOpenSSL()
        guard curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK, let multi = curl_multi_init() else { return nil }
        self.multi = multi
        // Otherwise curl keeps four connections for each request that runs, so that few are left after a burst.
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, HTTPClient.mostIdleConnections)
        self.trust = trust
        // Never from the environment, because a web server puts the Proxy: header of a stranger there.
        self.proxy = proxy ?? ""
    }

    /// Takes from OpenSSL what connections do not need. The machine's configuration is of no use to a static program, and the
    /// kernel frees the memory of a process faster than OpenSSL does. TLS fetches its ciphers itself; the list of ciphers by
    /// name is for files, such as a `ca_file` in which somebody's encrypted key lies, too (PEM_get_EVP_CIPHER_INFO(3)).
    private static func prepareOpenSSL() {
        let never = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_ADD_ALL_CIPHERS
        let later = error_texts_can_wait() != 0 ? OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS : 0
        OPENSSL_init_crypto(UInt64(never | later), nil)
        for cipher in [EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc()] { EVP_add_cipher(cipher) }
        if later != 0 { OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_SSL_STRINGS), nil) }
    }

    deinit {
        partings = []
        for id in transfers.keys { cancel(id) }
        dropSpare()
        curl_multi_cleanup(multi)
    }

    /// Resumes TLS sessions from now on. Not through a proxy that is reached by TLS itself: libcurl does not say for which of
    /// the two connections it asks.
    public func resume(with sessions: TLSSessions) {
        if proxy.prefix(6).lowercased() == "https:" { return }
        resumption = TLSResumption(sessions, trust)
    }

    /// Starts a request. `completions()` reports its end.
    public func start(_ request: Request) -> Int {
        begin(request, as: .request, newID())
    }

    /// Opens a connection to the host of `location`, so that the next request there need not wait for names, TCP and TLS. Nothing
    /// is sent, and nobody is told how it went: where it fails, the request connects by itself and says what is wrong. Does
    /// nothing where an idle connection is still good, or something is under way that leaves one.
    public func open(to location: Location) {
        if transfers.values.contains(where: { $0.leavesConnection(to: location) }) { return }
        var request = Request(.put, location)
        request.limit = 0
        begin(request, as: .opening, newID())
    }

    public func cancel(_ id: Int) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        transfer.gaveUp()
        curl_multi_remove_handle(multi, transfer.handle)
        if transfer.role.isKept {
            // The connection ends with the handle.
            curl_easy_cleanup(transfer.handle)
            dropSpare()
        } else {
            curl_easy_reset(transfer.handle)
            spare.append(transfer.handle)
        }
    }

    /// Drops the kept handles after a failure: a handle asks the name servers that the machine had when the handle was
    /// made, and the machine may have others by now.
    private func dropSpare() {
        for handle in spare { curl_easy_cleanup(handle) }
        spare = []
    }

    /// Waits for curl's own sockets and `interests` together, at most for `timeout` (nil: as long as it takes).
    public func wait(for interests: [Poll.Interest], timeout: Duration?) -> [CInt: Poll.Events] {
        var entries = (interests + partings.map(\.interest)).map {
            // curl has names of its own for the events of poll(2).
            curl_waitfd(
                fd: $0.descriptor,
                events: ($0.events.contains(.readable) ? Int16(CURL_WAIT_POLLIN) : 0)
                    | ($0.events.contains(.writable) ? Int16(CURL_WAIT_POLLOUT) : 0),
                revents: 0)
        }
        if done.isEmpty {
            var count: CInt = 0
            let timeouts = [timeout] + partings.map { max($0.deadline - MonotonicClock.now(), .zero) }
            let milliseconds = timeouts.compactMap(\.self).min().map { $0.millisecondsRoundedUp } ?? 3_600_000
            curl_multi_poll(multi, &entries, UInt32(entries.count), milliseconds, &count)
        }
        var running: CInt = 0
        curl_multi_perform(multi, &running)
        if !partings.isEmpty { partings.removeAll { $0.serve(MonotonicClock.now()) } }
        var ready: [CInt: Poll.Events] = [:]
        for entry in entries.prefix(interests.count) where entry.revents != 0 {
            var events: Poll.Events = []
            if entry.revents & Int16(CURL_WAIT_POLLIN) != 0 { events.insert(.readable) }
            if entry.revents & Int16(CURL_WAIT_POLLOUT) != 0 { events.insert(.writable) }
            ready[entry.fd, default: []].formUnion(events)
        }
        return ready
    }

    /// Requests that ended since the last call, and sockets whose connecting ended.
    public func completions() -> [(id: Int, result: Result<Response, Failure>)] {
        var left: CInt = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let code = ccurl_message_result(message)
            var context: UnsafeMutableRawPointer?
            ccurl_get_private(message.pointee.easy_handle, &context)
            guard let context else { continue }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            let isOpened = transfer.role == .opening && code == CurlTransfer.nothingToSend
            if code != CURLE_OK, let again = transfer.again(after: code) {
                cancel(transfer.id)
                dropSpare()
                begin(again, as: transfer.role, transfer.id, isSecond: true)
                continue
            }
            if transfer.role != .opening { done.append((transfer.id, transfer.result(code))) }
            // The connection of the voice socket lives only as long as its handle stays in the multi handle.
            if !transfer.role.isKept { cancel(transfer.id) }
            if code != CURLE_OK, !isOpened { dropSpare() }
        }
        defer { done = [] }
        return done
    }

    /// Begins to connect, including TLS, and sends nothing. The transfer stays until `cancel`.
    func connect(to location: Location, as role: CurlTransfer.Role = .socket, timeout: Duration) -> Int {
        var request = Request(.get, location, timeout: timeout)
        request.limit = 0
        return begin(request, as: role, newID())
    }

    /// Keeps a connection until the peer has read the last frame; the poll serves it. Only a few are kept at a time.
    func part(_ id: Int, unsent: ArraySlice<UInt8>) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        dropSpare()
        if partings.count == HTTPClient.mostPartings { partings.removeFirst() }
        if let parting = Parting(transfer, of: multi, unsent: unsent) {
            partings.append(parting)
        } else {
            transfers[id] = transfer
            cancel(id)
        }
    }

    private func newID() -> Int {
        lastID += 1
        return lastID
    }

    @discardableResult
    private func begin(_ request: Request, as role: CurlTransfer.Role, _ id: Int, isSecond: Bool = false) -> Int {
        guard let handle = spare.popLast() ?? curl_easy_init() else {
            if role != .opening { refuse(request, id) }
            return id
        }
        let transfer = CurlTransfer(
            id: id, request, on: handle, trust: trust, proxy: proxy, isPublic: isPublic,
            longestStandstill: longestStandstill, role: role, resumption: resumption, isSecond: isSecond)
        transfers[id] = transfer
        if curl_multi_add_handle(multi, handle) != CURLM_OK {
            cancel(id)
            if role != .opening { refuse(request, id) }
        }
        return id
    }

    /// libcurl and c-ares refuse a request only where they get no memory or cannot read the machine's configuration.
    private func refuse(_ request: Request, _ id: Int) {
        let lack = Exhaustion.now() ?? Exhaustion.sentence(ENOMEM) ?? ""
        done.append((id, .failure(.exhausted("\(request.location.host): \(lack)"))))
    }

    /// What a running request waits for; nil where there is no such request.
    public func waiting(for id: Int) -> String? { transfers[id]?.progress.waiting }

    /// What has arrived of the body of a request that succeeds, while it is still under way. It is handed over once:
    /// the response holds what comes after it.
    public func arrived(_ id: Int) -> [UInt8] { transfers[id]?.arrived() ?? [] }

    /// Gives a running request more time.
    public func extend(_ id: Int, by time: Duration) { transfers[id]?.extend(by: time) }

    func progress(of id: Int) -> Progress? { transfers[id]?.progress }

    func handle(of id: Int) -> UnsafeMutableRawPointer? { transfers[id]?.handle }

    /// Whether nothing is under way.
    var isIdle: Bool { transfers.isEmpty }
}
