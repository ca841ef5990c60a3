import HTTP
import Testbed
import Testing

@Suite struct LocationTests {
    @Test(arguments: [
        ("https://api.example.com", "https://api.example.com/"),
        ("HTTPS://API.Example.COM:443/Path?Q=1#part", "https://api.example.com/Path?Q=1"),
        ("http://localhost:8080/a/b", "http://localhost:8080/a/b"),
        ("http://h:80/", "http://h/"),
        ("http://h:443/", "http://h:443/"),
        ("https://h:00443/", "https://h/"),
        ("https://h?q=a/b", "https://h/?q=a/b"),
        ("https://h#x/y", "https://h/"),
        ("https://h./x", "https://h/x"),
        ("https://under_score-1.h/", "https://under_score-1.h/"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]/"),
        ("https://[::ffff:127.0.0.1]/", "https://[::ffff:127.0.0.1]/"),
        ("https://h/é€?ü#ß", "https://h/%C3%A9%E2%82%AC?%C3%BC"),
        ("https://h/%2e%2e/%00%0d%0a", "https://h/%2e%2e/%00%0d%0a"),
        ("https://h/a#\u{301}b", "https://h/a"),
        ("https://h/user@evil:80/", "https://h/user@evil:80/"),
        // Other spellings of 127.0.0.1 are names like any other; AddressPolicy sees what they lead to.
        ("http://0x7f.1/", "http://0x7f.1/"),
        ("http://017700000001/", "http://017700000001/"),
        ("http://2130706433/", "http://2130706433/"),
    ])
    func anAddressIsReadAndWritten(text: String, normal: String) throws {
        let location = try #require(Location(text))
        #expect(location.text == normal)
        #expect(Location(location.text) == location)
    }

    @Test(arguments: [
        "", "h", "/path", "//h/", "ftp://h/", "file:///etc/passwd", "https:", "https:/", "https:/h", "https://",
        "https:///path", "https://?q", "https://#f", " https://h/", "https ://h/", "https://h /", "https://h/a b",
        "https://h/\n", "https://h/\r\nX: y", "https://h/\0", "https://h/\t", "https://h\t/", "https://h/\u{7F}",
        "https://h\\@evil/", "https://h/\\evil", "https:\\\\h/", "https://user@h/", "https://user:pw@h/", "https://@h/",
        "https://user:80@h/", "https://h:", "https://h:/", "https://h:0/", "https://h:65536/", "https://h:+80/",
        "https://h:-1/", "https://h:80x/", "https://h:8 0/", "https://h:99999999999999999999/", "https://h:80:80/",
        "https://h:\u{FF11}/", "https://%68/", "https://h%2eevil/", "https://h%00.evil/", "https://.h/", "https://h../",
        "https://a..b/", "https://./", "https://../", "https://h\u{301}/", "https://\u{212A}/",
        "https://h\u{3002}evil/",
        "https://h\u{301}@evil", "https://ｈ/", "https://h|/", "https://h;x/",
        "https://h,x/", "https://h&x/", "https://h'/", "https://h\"/", "https://(h)/", "https://*/", "https://[::1",
        "https://[::1/", "https://::1/", "https://[]/", "https://[h]/", "https://[1.2.3.4]/", "https://[::1%25lo]/",
        "https://[::1]x/", "https://[::1]x80/", "https://[::1]@80/", "https://[::1]:/", "https://x[::1]/",
        "https:///\u{301}", "javascript:alert(1)//https://h/",
    ])
    func whatCouldBeTakenDifferentlyIsRefused(text: String) {
        #expect(Location(text) == nil)
    }

    @Test func aNameHasAtMost253Bytes() {
        let longest = String(repeating: "a.", count: 126) + "b"
        #expect(longest.utf8.count == 253)
        #expect(Location("https://\(longest)/") != nil)
        #expect(Location("https://\(longest)c/") == nil)
    }

    @Test(
        arguments: [
            ("/x", "https://h:8443/x"),
            ("/x?y#z", "https://h:8443/x?y"),
            ("x", "https://h:8443/dir/x"),
            ("../x", "https://h:8443/dir/../x"),
            ("?r=2", "https://h:8443/dir/file?r=2"),
            ("x?a=/b/", "https://h:8443/dir/x?a=/b/"),
            ("x#f", "https://h:8443/dir/x"),
            ("x/a:b", "https://h:8443/dir/x/a:b"),
            ("//other/x", "https://other/x"),
            ("//other:1/x", "https://other:1/x"),
            ("http://plain/x", "http://plain/x"),
            ("HTTPS://Other", "https://other/"),
            ("/é", "https://h:8443/%C3%A9"),
            ("/\u{301}", "https://h:8443/%CC%81"),
            ("/@evil", "https://h:8443/@evil"),
        ] as [(String, String?)])
    func aReferenceLeadsFromHere(reference: String, target: String?) throws {
        let base = try #require(Location("https://h:8443/dir/file?q=/1/2"))
        #expect(base.resolving(reference)?.text == target)
    }

    @Test(arguments: [
        "", "#f", " /x", "\t//evil/", "\n", "/\\evil", "\\\\evil", "//user@evil/", "///evil/", "ftp://evil/", "x:y",
        ":x", "javascript:x", "https:/evil", "https:evil", "/a\r\nHost: evil", "//evil\\/", "//", "http://",
    ])
    func aReferenceThatCouldBeTakenDifferentlyLeadsNowhere(reference: String) throws {
        let base = try #require(Location("https://h:8443/dir/file"))
        #expect(base.resolving(reference) == nil)
    }

    @Test func aPathIsAppended() throws {
        #expect(try #require(Location("https://h")).appending("/api").text == "https://h/api")
        #expect(try #require(Location("https://h/")).appending("/api").text == "https://h/api")
        #expect(try #require(Location("https://h/v2/")).appending("/api?x").text == "https://h/v2/api?x")
        #expect(try #require(Location("https://h:1/v2")).appending("/api").text == "https://h:1/v2/api")
    }

    @Test func anOriginIsSchemeHostAndPort() throws {
        let base = try #require(Location("https://h/a"))
        let expected = [
            ("https://H:443/b", true), ("http://h/a", false), ("https://h:8443/a", false), ("https://g/a", false),
            ("http://h:443/a", false), ("https://h./a", true),
        ]
        for (text, isSame) in expected { #expect(try #require(Location(text)).hasSameOrigin(as: base) == isSame) }
    }

    @Test(arguments: [
        "localhost": true, "LOCALHOST.": true, "127.0.0.1": true, "127.9.9.9": true, "[::1]": true,
        "127.0.0.1.evil": false, "127.evil.example": false, "localhost.evil": false, "128.0.0.1": false,
        "10.0.0.1": false, "[::2]": false, "0.0.0.0": false,
    ])
    func loopbackIsKnownByItsName(host: String, isLoopback: Bool) throws {
        #expect(try #require(Location("http://\(host)/")).isLoopback == isLoopback)
    }

    @Test func theAuthorityIsWhatTheHostHeaderWants() throws {
        #expect(try #require(Location("https://H:443/")).authority == "h")
        #expect(try #require(Location("https://h:80/")).authority == "h:80")
        #expect(try #require(Location("http://[::1]:81/")).authority == "[::1]:81")
    }

    /// What is read stays as it was read, and no byte of it can end a line of a request.
    @Test func anyTextIsRefusedOrStaysTheSame() {
        var random = SeededGenerator(seed: 3)
        let alphabet = Array("htps:/?#[]@!.%\\ab1\r\n\t \0é\u{301}:8/".unicodeScalars)
        var accepted = 0
        for _ in 0..<20_000 {
            var text = String.UnicodeScalarView(
                "https://h".unicodeScalars.prefix(Int.random(in: 7...9, using: &random)))
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
            }
            guard let location = Location(String(text)) else { continue }
            accepted += 1
            #expect(Location(location.text) == location)
            #expect(location.text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
            #expect(location.path.hasPrefix("/") && !location.path.contains("#"))
        }
        #expect(accepted > 100)
    }
}
