import CGI
import Digests
import Glibc
import System
import Text

extension Target {
    /// A request as a web server gives it to us: variables, a line each, and behind an empty line the body. A body is as
    /// long as was said and not too large, a path is the one of a route or not, and no answer holds a header that was not
    /// meant.
    static let cgi = Target(name: "cgi-request") { bytes in
        let lines = bytes.pieces(between: [10, 10])
        var environment: [String: String] = [:]
        for line in (lines.first ?? []).split(separator: 10).prefix(40) {
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            environment[String(Array(parts[0]))] = parts.count > 1 ? String(Array(parts[1])) : ""
        }
        switch Starter(environment: environment) {
        case .asterisk: demand(environment["AST_AGI_DIR"]?.isEmpty == false, "Asterisk says where it is")
        case .shell: demand(Request(environment: environment) == nil, "a request is no shell")
        case .webServer: break
        }
        guard let request = Request(environment: environment) else { return }
        _ = (request.isJSON, request.header("content-type"), request.header("webhook-id"))
        let routes = ["/webhook/cognigy/barge-in", "/widget/config"]
        demand(routes.filter { request.isFor($0) }.count <= 1, "one path is one route")
        for route in routes where request.isFor(route) { demand(request.path.hasSuffix(route), "a route is a path") }
        check(
            Reply(200, headers: ["X-Name": request.path, "Y-\(request.method)": "x"], body: bytes), to: request.method)
        let body = Array(lines.dropFirst().joined(separator: [10, 10]))
        guard body.count < 4096, let pipe = try? Pipe() else { return }
        read(request, body, through: pipe)
    }

    private static func read(_ request: Request, _ body: [UInt8], through pipe: consuming Pipe) {
        try? Descriptor.writeWhole(pipe.rawWriter, body)
        pipe.writer = nil
        do throws(Body.Refusal) {
            let read = try Body.read(request, from: pipe.rawReader)
            demand(body.starts(with: read), "a body is what came")
            demand(request.contentLength.flatMap { Int($0) } == read.count, "a body is as long as was said")
        } catch {
            demand((400...499).contains(error.status) && error != .tooSlow, "a refusal is the sender's fault")
        }
    }

    private static func check(_ reply: Reply, to method: String) {
        let bytes = reply.bytes(to: method)
        let head = String(Array(bytes.pieces(between: Array("\r\n\r\n".utf8))[0]))
        let names = head.unicodeScalars.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        demand(names.count <= 5, "no line of an answer is one too many")
        demand(head.utf8.starts(with: "Status: 200 OK".utf8), "a status comes first")
    }

    /// A signed webhook. The bytes say what the sender writes into the three headers and the body; the secret is one that
    /// nobody guesses. Without it nothing is good. With it a webhook is good within its time, and not when one byte of
    /// it differs.
    static let signature = Target(name: "cgi-signature") { bytes in
        var draw = Draw(bytes)
        guard let checker = Signature(secret: secret) else { complain("a secret is one") }
        let now = 1_700_000_000.0
        let isOurs = draw.bool()
        let (change, place) = (draw.number(below: 4), draw.number(below: 256))
        let id = draw.text()
        var time = draw.bool() ? "1700000000" : draw.text()
        var signature = draw.text()
        var body = draw.remainder()
        if isOurs {
            let mac = Digest.authentication(of: Array("\(id).\(time).".utf8) + body, key: Array(secret.utf8))
            signature = "v1,bad v1,\(Base64.text(mac))"
        }
        let verdict = checker.verdict(on: request(id, time, signature), body: body, now: now)
        guard isOurs else {
            demand(verdict != .good(id: id), "no signature is forged")
            return
        }
        guard case .good(let found) = verdict else {
            let isPlain = !id.isEmpty && id.utf8.count <= 256 && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            demand(time != "1700000000" || !isPlain || id.contains("."), "a good signature is good: \(verdict)")
            return
        }
        demand(found == id, "an id is the one that was signed")
        demand(abs((Double(time) ?? 0) - now) <= Signature.tolerance, "a webhook is of now")
        var other = id
        switch change {
        case 0: other = id + "x"
        case 1: time += "0"
        case 2: body.append(UInt8(place))
        default:
            guard !body.isEmpty else { return }
            body[place % body.count] ^= 1
        }
        if case .good = checker.verdict(on: request(other, time, signature), body: body, now: now) {
            complain("what was changed is not good")
        }
    }

    private static let secret = "67a2dc0c6b5dd4b0aa4e2b7f33ac19f5"

    private static func request(_ id: String, _ time: String, _ signature: String) -> Request {
        let environment = [
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST", "HTTP_WEBHOOK_ID": id,
            "HTTP_WEBHOOK_TIMESTAMP": time, "HTTP_WEBHOOK_SIGNATURE": signature,
        ]
        guard let request = Request(environment: environment) else { complain("a request is one") }
        return request
    }
}
