import Testing

@testable import Configuration

@Suite struct ServiceURLTests {
    @Test(arguments: [
        ("https://x.cognigy.com", "https://x.cognigy.com"),
        ("HTTPS://X.Cognigy.com:8443/API/", "https://x.cognigy.com:8443/API"),
        ("https://x//", "https://x"),
        ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]:443/a"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://127.255.0.3:1/x", "http://127.255.0.3:1/x"),
        ("http://[::1]:65535", "http://[::1]:65535"),
    ])
    func addressesAreNormalized(written: String, text: String) throws {
        #expect(try ServiceURL(written).text == text)
    }

    @Test(arguments: [
        "", "x.cognigy.com", "ftp://x", "https://", "https:///a", "https://x:", "https://x:0", "https://x:65536",
        "https://x:1a", "https://user@x", "https://x?q", "https://x/a?q", "https://x#f", "https://x y", "https://x/a b",
        "https://.x", "https://x.", "https://x..y", "https://[::1", "https://[::g]", "https://x\\y", "https://é",
        "https://x:+1", "http:/x",
    ])
    func otherAddressesAreRefused(written: String) {
        #expect(throws: ServiceURL.Refusal.malformed) { try ServiceURL(written) }
    }

    @Test(arguments: [
        ("x.cognigy.com", "begin with https://"), ("ftp://x", "begin with https://"), ("https://", "no host"),
        ("https:///a", "no host"), ("https://x:0", "port"), ("https://x:", "port"), ("https://x:+1", "port"),
        ("https://x:65536", "port"), ("https://user:secret@x", "before the @"), ("https://x/a?secret", "a query"),
        ("https://x#secret", "a #"), ("https://x/a b", "a blank"), ("\"https://x\"", "quotation mark"),
        ("https://x_y", "\"_\""), ("https://é", "\"é\""), ("https://x..y", "a dot too many"),
        ("https://x.", "a dot too many"), ("https://x/a|secret", "in its path"),
    ])
    func whatDisturbsIsNamedWithoutTheText(written: String, words: String) {
        let said = objection(to: minimal.replacing("https://x.cognigy.com", with: written)) ?? ""
        #expect(said.contains("is not the address of a service: ") && said.contains(words), "\(said)")
        #expect(!said.contains("secret"))
    }

    @Test(arguments: [
        ("https://x.cognigy.com", "no token behind the host"), ("https://x/", "no token behind the host"),
        ("https://x/secret1/", "followed by a slash"), ("https://x/secret", "too short for a token"),
        ("https://x/" + String(repeating: "secret12", count: 33), "too long for a token"),
        ("https://x/secret12?a=b", "a query"), ("x.cognigy.com/secret12", "begin with https://"),
        ("https://x/secret12%20", "a character behind the last slash"),
    ])
    func ofAnEndpointToo(written: String, words: String) {
        let said = objection(to: "[cognigy]\nendpoint_url = \(written)\n") ?? ""
        #expect(said.contains("is not the URL of an endpoint: ") && said.contains(words), "\(said)")
        #expect(!said.contains("secret"))
    }

    @Test(arguments: [
        "http://x.cognigy.com", "http://127.0.0.1.example.com", "http://127.1", "http://128.0.0.1",
        "http://127.0.0.256",
        "http://localhost.example.com", "http://[::2]", "http://0177.0.0.1",
    ])
    func unencryptedAddressesStayOnThisMachine(written: String) {
        #expect(throws: ServiceURL.Refusal.unencrypted) { try ServiceURL(written) }
    }

    @Test func anInstanceIsAHostName() throws {
        let text = minimal.replacing("base_url = https://x.cognigy.com", with: "instance = X.cognigy.com")
        #expect(try Settings.parse(text, fileName: "f").cognigy.baseURL == "https://x.cognigy.com")
        #expect(objection(to: text.replacing("X.", with: "https://X."))?.contains("is not a host name") == true)
    }

    @Test(arguments: ["http://p:3128", "https://p.example.com", "http://user:pa:ss@p:3128"])
    func aProxyIsKeptAsItIsAndSecret(proxy: String) throws {
        let settings = try Settings.parse("\(minimal)proxy = \(proxy)", fileName: "f")
        #expect(settings.cognigy.proxy?.reveal() == proxy)
    }

    @Test(arguments: ["p:3128", "socks5://p:1", "http://p:3128/path", "http://"])
    func otherProxiesAreRefused(proxy: String) {
        #expect(objection(to: "\(minimal)proxy = \(proxy)")?.contains("is not the address of a proxy") == true)
    }
}
