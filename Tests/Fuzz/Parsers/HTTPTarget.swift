import CCurl
import HTTP

@testable import Cognigy

extension Target {
    /// An address, and a second one behind a line feed that refers from it. What is read is written so that it is read as
    /// the same again, holds nothing that could end a line or a header, and libcurl finds the same scheme, host, port and
    /// no user in it. An audio address gets the token at the own origin only.
    static let location = Target(name: "http-location") { bytes in
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let text = String(Array(parts[0]))
        let reference = parts.count > 1 ? String(Array(parts[1])) : ""
        guard let base = Location(text) ?? Location(webSocket: text) else { return }
        check(base)
        if Location(text) != nil { compareWithCurl(base, text) }
        guard let other = base.resolving(reference) else { return }
        check(other)
        let download = AudioDownload(base: base, hosts: ["cdn.test", ".suffix.test:8443"])
        if let request = try? download.request(reference, from: base, token: "token-of-call") {
            check(request.location)
            let isOwn = request.location.hasSameOrigin(as: base)
            demand(isOwn || request.headers.isEmpty, "the token goes to the own origin only")
            demand(
                isOwn || request.publicAddressesOnly || request.location.host == "cdn.test",
                "a host that nobody named is public")
        }
    }

    private static func check(_ location: Location) {
        demand(location.text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "an address is printable ASCII")
        demand(location.path.hasPrefix("/"), "a path begins with a slash")
        demand((1...65_535).contains(location.port), "a port is one")
        demand(Location(location.text) == location, "what was written is read as the same")
    }

    private static func compareWithCurl(_ location: Location, _ text: String) {
        // What we encode or cut off ourselves is no difference.
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let handle = curl_url() else { return }
        defer { curl_url_cleanup(handle) }
        func part(_ part: CURLUPart) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &value, 0) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK else { return }
        demand(part(CURLUPART_USER) == nil, "there is no user in \(text)")
        demand(part(CURLUPART_SCHEME) == (location.isSecure ? "https" : "http"), "libcurl reads the scheme alike")
        var host = part(CURLUPART_HOST)?.lowercased() ?? ""
        if host.hasPrefix("[") { host = String(host.dropFirst().dropLast()) }
        if host.hasSuffix(".") { host.removeLast() }
        // libcurl writes an address of numbers in its usual form.
        let isNumeric = host.utf8.allSatisfy { (0x30...0x3A).contains($0) || $0 == 0x2E || (0x61...0x66).contains($0) }
        demand(isNumeric || host == location.host, "libcurl reads the host of \(text) alike: \(host)")
        let port = part(CURLUPART_PORT).flatMap { Int($0) } ?? (location.isSecure ? 443 : 80)
        demand(port == location.port, "libcurl reads the port alike")
    }

    /// A Retry-After, behind eight bytes that are the clock. Whatever it is, a wait is within a day, and no request waits
    /// longer than the time that is left.
    static let retryAfter = Target(name: "http-retry-after") { bytes in
        var draw = Draw(bytes)
        let now = Double(draw.number() % 8_000_000_000)
        let status = [200, 401, 403, 429, 500, 503, 302][draw.number(below: 7)]
        let attempt = draw.number(below: 6)
        let value = String(draw.remainder())
        if let wait = RetryAfter.wait(value, now: now) {
            demand((Duration.zero...Duration.seconds(86_400)).contains(wait), "a wait is within a day")
        }
        var random = SplitMix(seed: UInt64(bytes.count))
        let response = Response(status: status, retryAfter: value)
        for rules in [Retry.Rules.call, .bargeIn, .handoff, .flow] {
            let decision = Retry.decide(
                .success(response), attempt: attempt, left: .seconds(15), now: now, by: rules, using: &random)
            guard case .again(let pause) = decision else { continue }
            demand((Duration.zero..<Duration.seconds(15)).contains(pause), "nobody waits longer than there is time")
            demand(attempt < rules.attempts, "attempts have an end")
        }
    }
}
