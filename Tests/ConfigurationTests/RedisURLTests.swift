import Testbed
import Testing

@testable import Configuration

@Suite struct RedisURLTests {
    private typealias Address = Settings.Fleet.Address

    private func load(_ lines: String) throws -> Settings.Fleet {
        try Settings.parse(
            "[fleet]\n\(lines)\n", fileName: "test",
            environment: ["COGNIGY_ENDPOINT_URL": "https://host.test/0123456789abcdef"]
        ).fleet
    }

    private func complaint(_ lines: String) -> String {
        do {
            _ = try load(lines)
            return "none"
        } catch { return "\(error)" }
    }

    @Test func withoutAnAddressThereIsNoFleet() throws {
        #expect(try load("prefix = x").address == nil)
        #expect(Settings().fleet == Settings.Fleet())
    }

    @Test func everyWayIsRead() throws {
        let ways: [(String, Address)] = [
            (
                "redis://Redis.example.com",
                Address(place: .host("redis.example.com", port: 6379, isSecure: false), database: 0)
            ),
            (
                "rediss://u-1@10.0.0.1:6380/7",
                Address(place: .host("10.0.0.1", port: 6380, isSecure: true), user: "u-1", database: 7)
            ),
            ("redis://[2001:DB8::1]:1/", Address(place: .host("2001:db8::1", port: 1, isSecure: false), database: 0)),
            ("unix:///run/redis/redis.sock", Address(place: .local("/run/redis/redis.sock"), database: 0)),
            ("unix://me@/run/r.sock?db=3", Address(place: .local("/run/r.sock"), user: "me", database: 3)),
        ]
        for (text, address) in ways { #expect(try load("redis_url = \(text)").address == address, "\(text)") }
    }

    @Test(arguments: [
        "redis://:hunter2@host", "redis://user:hunter2@host", "rediss://user:hunter2/x@host",
        "unix://me:hunter2@/run/r.sock",
        "redis://hunter2/hunter2@host",
    ])
    func aPasswordIsRefusedAndNotRepeated(url: String) {
        let words = complaint("redis_url = \(url)")
        #expect(words.contains("password_file"))
        #expect(!words.contains("hunter2"))
    }

    @Test(arguments: [
        "http://host", "host:6379", "redis:host", "redis://", "redis://host:0", "redis://host:65536", "redis://host:1x",
        "redis://a..b", "redis://host/x", "redis://host/16384", "redis://host/1/2", "redis://host?db=1",
        "redis://host#1",
        "redis://@host", "redis://u v@host", "redis://[::1", "redis://[host]", "redis://[::1]x", "unix://run/r.sock",
        "unix://",
        "unix:///r.sock?password=x", "unix:///r.sock?db=", "unix:///r.sock?db=-1",
    ])
    func whatIsNoAddressIsRefusedWithARemedy(url: String) {
        #expect(complaint("redis_url = \(url)").contains("write one as rediss://host"), "\(url)")
    }

    @Test func theOtherKeysHaveBounds() throws {
        let folder = try TemporaryFolder()
        try folder.write("hunter2\n", to: "password")
        let fleet = try load(
            "password_file = \(folder.path("password"))\nprefix = a-B_1:x.\ntimeout_ms = 2000\nca_file = /etc/ca.pem")
        #expect(fleet.password == Secret("hunter2"))
        #expect(fleet.prefix == "a-B_1:x.")
        #expect(fleet.timeout == .seconds(2))
        #expect(fleet.caFile == "/etc/ca.pem")
        try folder.write("hunter2\n", to: "open", mode: 0o644)
        #expect(complaint("password_file = \(folder.path("open"))").contains("chmod 600"))
        #expect(complaint("timeout_ms = 9").contains("from 10 to 2000"))
        #expect(complaint("prefix = a b").contains("letters, digits"))
        #expect(complaint("prefix = " + String(repeating: "x", count: 65)).contains("at most 64"))
        #expect(complaint("ca_file = ca.pem").contains("whole path"))
        #expect(complaint("redis_ur = x").contains("redis_url"))
    }
}
