import CCurl
import Glibc
import HTTP

/// One easy handle of curl and what it has received. It is a class, because curl holds its address.
final class CurlTransfer {
    enum Role: Equatable {
        case request
        /// A connection on which somebody else talks, for as long as the handle lives.
        case socket
        /// The same without a proxy and without a word of HTTP in its TLS, where these certificates are trusted.
        case stream(TrustStore?)
        /// A connection that is left open for the next request.
        case opening

        /// Whether the connection ends with the handle.
        var isKept: Bool {
            switch self {
            case .socket, .stream: true
            case .request, .opening: false
            }
        }
    }

    let id: Int
    let handle: UnsafeMutableRawPointer
    let role: Role
    private let request: Request
    private var timeout: Duration
    private let usesProxy: Bool
    private let isPublic: (UnsafePointer<sockaddr>) -> Bool
    /// In seconds: for how long a body may stand still.
    private let longestStandstill: Int
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    private var body: [UInt8] = []
    /// How many bytes of the body were handed over before its end.
    private var handedOver = 0
    private var retryAfter: String?
    private var redirect: String?
    /// The one of those two headers whose line came last.
    private var lastName: String?
    /// Whether the blank line after the head has come. Headers after it are trailers.
    private var isHeadWhole = false
    private var hasAnswer = false
    private var isTooLarge = false
    private var metForbiddenAddress = false
    /// The addresses that libcurl has tried to connect to.
    private var tried: [String] = []

    private let resumption: TLSResumption?
    /// It does again what failed with a session that was resumed.
    private let isSecond: Bool
    /// The TLS handshake of the connection that this transfer opened.
    private var handshake: TLSHandshake?

    /// What this machine lacked when curl asked for a socket.
    private var lack: String?

    private static let mostTried = 4

    /// `handle` is fresh or reset. It belongs to the client and outlives this value.
    init(
        id: Int, _ request: Request, on handle: UnsafeMutableRawPointer, trust: TrustStore, proxy: String,
        isPublic: @escaping (UnsafePointer<sockaddr>) -> Bool, longestStandstill: Int, role: Role,
        resumption: TLSResumption? = nil, isSecond: Bool = false
    ) {
        self.id = id
        self.handle = handle
        self.request = request
        timeout = request.timeout
        self.isPublic = isPublic
        self.longestStandstill = longestStandstill
        self.role = role
        var (trust, proxy, mayResume) = (trust, proxy, request.location.isSecure)
        if case .stream(let other) = role {
            // Sessions are kept by what the client trusts.
            (trust, proxy, mayResume) = (other ?? trust, "", false)
        }
        // A stranger may name hosts without end, and each would leave a file.
        self.resumption = mayResume && !request.publicAddressesOnly ? resumption : nil
        self.isSecond = isSecond
        usesProxy = !proxy.isEmpty
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let this = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(handle, CURLOPT_PRIVATE, this)
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        ccurl_set_text(handle, CURLOPT_URL, request.location.text)
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_text(handle, CURLOPT_PROXY, proxy)
        // The environment sets no exceptions from the proxy either.
        ccurl_set_text(handle, CURLOPT_NOPROXY, "")
        // The answer of a proxy to CONNECT is no answer of the service.
        ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        ccurl_set_text(handle, CURLOPT_CAPATH, trust.folder)
        ccurl_set_text(handle, CURLOPT_CAINFO, trust.file)
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        ccurl_set_long(handle, CURLOPT_TCP_NODELAY, 1)
        setTimeout()
        ccurl_set_open_socket(handle, openSocket)
        ccurl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, this)
        if self.resumption != nil {
            ccurl_set_tls_context(handle, tlsBegins)
            ccurl_set_pointer(handle, CURLOPT_SSL_CTX_DATA, this)
            // curl would keep sessions of its own for each handle.
            ccurl_set_long(handle, CURLOPT_SSL_SESSIONID_CACHE, 0)
        }
        switch role {
        case .request:
            receive(this)
            ask()
        case .socket:
            ccurl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
            ccurl_set_long(handle, CURLOPT_HTTPPROXYTUNNEL, 1)
            ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
        case .stream:
            ccurl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
            ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
            ccurl_set_long(handle, CURLOPT_SSL_ENABLE_ALPN, 0)
            // An address that leads nowhere leaves time for the next one.
            ccurl_set_long(
                handle, CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, Int(max((timeout / 8).millisecondsRoundedUp, 1)))
        case .opening:
            receive(this)
            askNothing()
        }
    }

    private func setTimeout() {
        let milliseconds = max(timeout.millisecondsRoundedUp, 1)
        ccurl_set_long(handle, role.isKept ? CURLOPT_CONNECTTIMEOUT_MS : CURLOPT_TIMEOUT_MS, Int(milliseconds))
    }

    /// libcurl compares with the option each time it looks (Curl_timeleft), so this holds for a transfer that runs.
    func extend(by time: Duration) {
        timeout += time
        setTimeout()
    }

    deinit {
        curl_slist_free_all(headers)
        errorText.deallocate()
    }

    private func receive(_ this: UnsafeMutableRawPointer) {
        ccurl_set_write(handle, CURLOPT_WRITEFUNCTION, receiveBody)
        ccurl_set_pointer(handle, CURLOPT_WRITEDATA, this)
        ccurl_set_write(handle, CURLOPT_HEADERFUNCTION, receiveHeader)
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, this)
    }

    /// An upload that is complete before it begins. libcurl connects for it, notices that (Curl_http_resume), and ends it with
    /// `nothingToSend` before it has sent a byte. The connection stays open for others (multi_done), which CURLOPT_CONNECT_ONLY
    /// would not allow.
    private func askNothing() {
        ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
        ccurl_set_long(handle, CURLOPT_INFILESIZE, 1)
        ccurl_set_long(handle, CURLOPT_RESUME_FROM, 1)
        ccurl_set_seek(handle) { _, _, _ in CURL_SEEKFUNC_OK }
        // Never from our standard input, where Asterisk writes.
        ccurl_set_write(handle, CURLOPT_READFUNCTION) { _, _, _, _ in Int(CURL_READFUNC_ABORT) }
    }

    static let nothingToSend = CURLE_PARTIAL_FILE

    private func ask() {
        let fixed = [Header("User-Agent", "cognigy-bridge"), Header("Expect", "")]
        for header in fixed + request.headers {
            let line = header.value.isEmpty ? "\(header.name):" : "\(header.name): \(header.value)"
            headers = curl_slist_append(headers, line)
        }
        ccurl_set_list(handle, CURLOPT_HTTPHEADER, headers)
        if let body = request.body {
            ccurl_set_long(handle, CURLOPT_POSTFIELDSIZE, body.count)
            _ = body.withUnsafeBufferPointer {
                ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
            }
        }
        ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    /// Whether its connection, once it is over, may serve a request to this address.
    func leavesConnection(to location: Location) -> Bool {
        !role.isKept && request.location.hasSameOrigin(as: location)
    }

    func arrived() -> [UInt8] {
        guard !body.isEmpty, isHeadWhole, long(CURLINFO_RESPONSE_CODE) / 100 == 2 else { return [] }
        handedOver += body.count
        defer { body = [] }
        return body
    }

    func result(_ code: CURLcode) -> Result<Response, Failure> {
        // A name may have other addresses too, which this request may reach.
        if code != CURLE_OK, metForbiddenAddress, tried.isEmpty { return .failure(.forbiddenAddress) }
        if isTooLarge { return .failure(.tooLarge) }
        guard code == CURLE_OK else { return .failure(failure(code)) }
        // libcurl accepts a head that ends with the connection.
        if !isHeadWhole, role == .request { return .failure(progress.unreachable("the answer is cut short")) }
        return .success(
            Response(
                status: long(CURLINFO_RESPONSE_CODE), retryAfter: retryAfter, redirect: redirect, body: body))
    }

    fileprivate func beginTLS(_ context: OpaquePointer) {
        handshake = resumption?.begin(context, with: request.location, offers: !isSecond)
    }

    /// The call wants no more of it. A session that a handshake hangs with is not offered again.
    func gaveUp() {
        if let handshake, handshake.isLate, progress.step == .tls { handshake.failed() }
    }

    /// The same once more with a whole handshake, where the session that was resumed may be why it failed.
    func again(after code: CURLcode) -> Request? {
        guard let handshake, progress.step == .tls else { return nil }
        handshake.failed()
        let taken = Duration.microseconds(time(CURLINFO_TOTAL_TIME_T))
        guard handshake.hasOffered, code != CURLE_OPERATION_TIMEDOUT, taken < timeout else { return nil }
        var request = request
        request.timeout = timeout - taken
        return request
    }

    private func failure(_ code: CURLcode) -> Failure {
        let detail = String(cString: errorText)
        if let lack = lack(code) { return .exhausted("\(request.location.host): \(lack)") }
        // The rest of these words is the whole address with its password.
        if detail.hasPrefix("Unsupported proxy") { return .unreachable("the address of the proxy is not usable") }
        return progress.failure(
            Progress.Report(
                code: code, words: detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail,
                systemError: CInt(truncatingIfNeeded: long(CURLINFO_OS_ERRNO)),
                verification: long(CURLINFO_SSL_VERIFYRESULT),
                proxyVerification: long(CURLINFO_PROXY_SSL_VERIFYRESULT)))
    }

    private func lack(_ code: CURLcode) -> String? {
        switch code {
        case CURLE_OUT_OF_MEMORY: Exhaustion.sentence(ENOMEM)
        // c-ares, which asks the name servers, does not report that it got no socket.
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: Exhaustion.now()
        default: lack
        }
    }

    /// How far the request has come.
    var progress: Progress {
        // libcurl reports TCP, tunnel and TLS only once all of them are set up.
        let isConnected = time(CURLINFO_CONNECT_TIME_T) > 0 || time(CURLINFO_PRETRANSFER_TIME_T) > 0
        let (peer, location) = (self.peer, request.location)
        let opensTunnel = usesProxy && (role == .socket || location.isSecure)
        let step: Progress.Step =
            if isConnected {
                hasAnswer ? .answer : .request
            } else if peer == nil {
                tried.isEmpty ? .lookup : .connecting
            } else if opensTunnel, long(CURLINFO_HTTP_CONNECTCODE) / 100 != 2 {
                .tunnel
            } else {
                location.isSecure ? .tls : .request
            }
        return Progress(
            host: location.host, step: step, addresses: peer.map { [$0] } ?? tried, usesProxy: usesProxy,
            isSecure: location.isSecure)
    }

    /// The name of the peer: the service or a proxy.
    private var peer: String? {
        var address: UnsafePointer<CChar>?
        ccurl_get_text(handle, CURLINFO_PRIMARY_IP, &address)
        guard let address, address.pointee != 0 else { return nil }
        return "\(String(cString: address)) port \(long(CURLINFO_PRIMARY_PORT))"
    }

    private func long(_ name: CURLINFO) -> Int {
        var value = 0
        ccurl_get_long(handle, name, &value)
        return value
    }

    private func time(_ name: CURLINFO) -> curl_off_t {
        var microseconds: curl_off_t = 0
        ccurl_get_offset(handle, name, &microseconds)
        return microseconds
    }

    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        hasAnswer = true
        if body.isEmpty, handedOver == 0 { watchForStandstill() }
        if handedOver + body.count + bytes.count > request.limit {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// A body below 1 byte a second is dead after a while. libcurl counts from now on: before, it would take the time in which
    /// a service thinks about its answer for a standstill.
    private func watchForStandstill() {
        ccurl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
        ccurl_set_long(handle, CURLOPT_LOW_SPEED_TIME, longestStandstill)
    }

    fileprivate func take(header line: UnsafeRawBufferPointer) {
        hasAnswer = true
        // A status line. The headers before it belong to an interim answer.
        if line.starts(with: "HTTP/".utf8) { (retryAfter, redirect, isHeadWhole) = (nil, nil, false) }
        if isHeadWhole { return }
        isHeadWhole = line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n")
        let isBlank: (UInt8) -> Bool = { " \t\r\n".utf8.contains($0) }
        func text(_ value: Slice<UnsafeRawBufferPointer>) -> String {
            String(decoding: value.drop(while: isBlank).reversed().drop(while: isBlank).reversed(), as: UTF8.self)
        }
        if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
            // A folded line begins with a space (RFC 9112, 5.2).
            return append(text(line[...]))
        }
        lastName = nil
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        guard name == "retry-after" || name == "location" else { return }
        lastName = name
        let value = text(line[(colon + 1)...])
        if name == "location" { redirect = value } else { retryAfter = value }
    }

    private func append(_ more: String) {
        let join: (String?) -> String = { [$0 ?? "", more].filter { !$0.isEmpty }.joined(separator: " ") }
        switch lastName {
        case "location": redirect = join(redirect)
        case "retry-after": retryAfter = join(retryAfter)
        default: break
        }
    }

    /// Opens a socket for an address that was resolved; nil where none can be opened or this request may not reach the
    /// address. A proxy may have a private address, and decides itself to what it connects.
    fileprivate func socketFor(_ place: UnsafeMutablePointer<curl_sockaddr>) -> CInt? {
        // The address is longer than its type says, so it is read in place.
        let (isPublic, text) = withUnsafePointer(to: &place.pointee.addr) {
            (self.isPublic($0), SocketAddress.text($0))
        }
        if request.publicAddressesOnly, !usesProxy, !isPublic {
            metForbiddenAddress = true
            return nil
        }
        if let text, tried.count < CurlTransfer.mostTried { tried.append(text) }
        let kind = place.pointee.socktype | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(place.pointee.family, kind, place.pointee.protocol)
        if descriptor < 0 {
            lack = Exhaustion.sentence(errno)
            return nil
        }
        // OpenSSL opens files too. Where it cannot, it says that the authority of the certificate is unknown.
        if request.location.isSecure, let missing = Exhaustion.now() {
            lack = missing
            close(descriptor)
            return nil
        }
        return descriptor
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

private let receiveBody: ccurl_write_function = { data, size, count, context in
    let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
    return transfer(context)?.take(bytes) == true ? bytes.count : 0
}

private let receiveHeader: ccurl_write_function = { data, size, count, context in
    let line = UnsafeRawBufferPointer(start: data, count: size * count)
    transfer(context)?.take(header: line)
    return line.count
}

/// CURLOPT_SSL_CTX_FUNCTION: the last moment before a TLS connection is made of the context.
private let tlsBegins: ccurl_tls_context_function = { _, tls, context in
    if let tls { transfer(context)?.beginTLS(OpaquePointer(tls)) }
    return CURLE_OK
}

/// CURLOPT_OPENSOCKETFUNCTION: the last moment before a connection, with the address that was resolved.
private let openSocket: ccurl_open_socket_function = { context, _, address in
    guard let address, let transfer = transfer(context) else { return CURL_SOCKET_BAD }
    return transfer.socketFor(address) ?? CURL_SOCKET_BAD
}
