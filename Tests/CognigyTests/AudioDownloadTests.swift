import Cognigy
import HTTP
import Testing

@Suite struct AudioDownloadTests {
    private func request(
        _ reference: String, from previous: String? = nil, base: String = "https://api.example.com/v1",
        hosts: [String] = [
            "cdn.example.net", ".media.example.org", "Upper.Example", "ports.example:8443", ".ports.example:9443",
        ]
    ) throws(AudioDownload.Refusal) -> Request? {
        guard let base = Location(base) else { return nil }
        return try AudioDownload(base: base, hosts: hosts)
            .request(reference, from: previous.flatMap { Location($0) }, token: "T")
    }

    @Test func theServicesOwnHostGetsTheToken() throws {
        let request = try #require(try request("https://API.example.com/a.wav?x=1"))
        #expect(request.method == .get)
        #expect(request.location.text == "https://api.example.com/a.wav?x=1")
        #expect(request.headers == [Header("Authorization", "Bearer T")])
        #expect(request.timeout == .seconds(15))
        #expect(request.limit == 10_485_760)
        #expect(!request.publicAddressesOnly)
    }

    @Test(arguments: [
        "https://ports.example:8443/a", "https://x.ports.example:9443/a", "https://cdn.example.net/a",
        "https://x.media.example.org/a",
        "https://a.b.media.example.org/a", "https://upper.example/a", "https://CDN.example.net./a",
    ])
    func anotherOriginGetsNoToken(reference: String) throws {
        #expect(try #require(try request(reference)).headers == [])
    }

    /// Whatever else listens on the service's machine is not the service.
    @Test(arguments: [
        ("https://api.example.com:8443/a", "api.example.com:8443"),
        ("https://api.example.com:22/a", "api.example.com:22"),
        ("https://cdn.example.net:8443/a", "cdn.example.net:8443"), ("https://ports.example/a", "ports.example:443"),
        ("https://ports.example:9443/a", "ports.example:9443"), ("https://x.ports.example/a", "x.ports.example:443"),
        ("https://x.media.example.org:444/a", "x.media.example.org:444"),
    ]) func aPortThatNobodyNamedIsRefused(reference: String, place: String) throws {
        #expect(throws: AudioDownload.Refusal.unknownHost(place)) { try request(reference) }
    }

    @Test func aServiceOnAPortOfItsOwnServesAudioThere() throws {
        let own = try request("https://api.example.com:8443/a", base: "https://api.example.com:8443/v1")
        #expect(try #require(own).headers == [Header("Authorization", "Bearer T")])
        #expect(throws: AudioDownload.Refusal.unknownHost("api.example.com:443")) {
            try request("https://api.example.com/a", base: "https://api.example.com:8443/v1")
        }
    }

    @Test func aTokenMayBeMissing() throws {
        let base = try #require(Location("https://h"))
        #expect(try AudioDownload(base: base, hosts: []).request("https://h/a", from: nil, token: nil).headers == [])
    }

    /// A host that the configuration spells out may be a private one; any subdomain may not.
    @Test func onlyANamedHostMayHaveAPrivateAddress() throws {
        #expect(try #require(try request("https://cdn.example.net/a")).publicAddressesOnly == false)
        #expect(try #require(try request("https://x.media.example.org/a")).publicAddressesOnly)
    }

    @Test(arguments: [
        "https://evil.example/a", "https://example.com/a", "https://x.api.example.com/a",
        "https://evilapi.example.com/a",
        "https://api.example.com.evil.example/a", "https://media.example.org/a", "https://evilmedia.example.org/a",
        "https://x.cdn.example.net/a", "https://127.0.0.1/a", "https://[::1]/a", "https://169.254.169.254/latest",
        "https://localhost/a",
    ])
    func aHostThatNobodyNamedIsRefused(reference: String) throws {
        let host = try #require(Location(reference)).host
        #expect(throws: AudioDownload.Refusal.unknownHost(host)) { try request(reference) }
    }

    @Test(arguments: ["http://api.example.com/a", "http://cdn.example.net/a", "http://x.media.example.org/a"])
    func plainHTTPIsRefused(reference: String) throws {
        let host = try #require(Location(reference)).host
        #expect(throws: AudioDownload.Refusal.notSecure(host: host)) { try request(reference) }
    }

    @Test func plainHTTPIsForAServiceOnLoopbackAlone() throws {
        let hosts = ["cdn.example.net", "localhost"]
        let base = "http://127.0.0.1:8080"
        let own = try #require(try request("http://127.0.0.1:8080/a", base: base, hosts: hosts))
        #expect(own.headers == [Header("Authorization", "Bearer T")])
        #expect(throws: AudioDownload.Refusal.unknownHost("127.0.0.1:9")) {
            try request("http://127.0.0.1:9/a", base: base, hosts: hosts)
        }
        #expect(try #require(try request("http://localhost/a", base: base, hosts: hosts)).headers == [])
        #expect(try #require(try request("https://cdn.example.net/a", base: base, hosts: hosts)).headers == [])
        #expect(throws: AudioDownload.Refusal.notSecure(host: "cdn.example.net")) {
            try request("http://cdn.example.net/a", base: base, hosts: hosts)
        }
        #expect(throws: AudioDownload.Refusal.notSecure(host: "127.0.0.1")) {
            try request("http://127.0.0.1/a", base: "https://127.0.0.1")
        }
        #expect(throws: AudioDownload.Refusal.notSecure(host: "api.example.com")) {
            try request("http://api.example.com/a", base: "http://api.example.com")
        }
    }

    @Test(arguments: [
        "", " ", "a.wav", "/a.wav", "//api.example.com/a", "ftp://api.example.com/a", "file:///etc/passwd",
        "https://api.example.com@evil.example/a", "https://evil.example\\@api.example.com/a",
        "https://api.example.com/a b", "https://api.example.com/a\r\nX: y", "data:audio/wav;base64,AAAA",
    ])
    func whatIsNoAddressIsRefused(reference: String) {
        #expect(throws: AudioDownload.Refusal.notAnAddress) { try request(reference) }
    }

    @Test func aRedirectIsUnderTheSameRules() throws {
        let here = "https://api.example.com/v1/a"
        let relative = try #require(try request("/b.wav", from: here))
        #expect(relative.location.text == "https://api.example.com/b.wav")
        #expect(relative.headers == [Header("Authorization", "Bearer T")])
        #expect(try #require(try request("//cdn.example.net/b", from: here)).headers == [])
        #expect(try #require(try request("b", from: "https://cdn.example.net/x/a")).headers == [])
        #expect(throws: AudioDownload.Refusal.unknownHost("evil.example")) {
            try request("//evil.example/b", from: here)
        }
        #expect(throws: AudioDownload.Refusal.notSecure(host: "api.example.com")) {
            try request("http://api.example.com/b", from: here)
        }
        #expect(throws: AudioDownload.Refusal.notAnAddress) { try request("/b\r\nX: y", from: here) }
    }

    @Test func aRefusalSaysWhatToMend() {
        #expect(AudioDownload.Refusal.unknownHost("h").description.contains("audio_hosts"))
        #expect(AudioDownload.Refusal.notSecure(host: "h").description.contains("https"))
        #expect(AudioDownload.Refusal.tooManyRedirects.description.contains("3"))
        #expect(AudioDownload.mostRedirects == 3)
    }
}
