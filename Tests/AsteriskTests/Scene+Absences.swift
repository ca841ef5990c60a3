import Glibc
import System

extension Scene {
    static let absences = [
        Scene("service away: refused") { try away($0, "", baseURL: "http://127.0.0.1:1", reason: ["unreachable"]) },
        Scene("service away: a black hole") { stage in
            let hole = try BlackHole()
            return try away(
                stage, "", baseURL: "http://127.0.0.1:\(hole.port)", reason: ["setup_timeout", "unreachable"])
        },
        Scene("service away: never answers") { try away($0, "token hang", reason: ["setup_timeout"]) },
        Scene("service away: a certificate for another name") {
            try away($0, "certificate wrong-name", tls: true, reason: ["unreachable"])
        },
        Scene("service away: 500") { try away($0, "session status 500", reason: ["http_500", "http_5xx"]) },
        Scene("service away: 429, Retry-After 60") {
            try away($0, "session status 429 retry-after 60", reason: ["rate_limited"])
        },
    ]

    /// The caller reaches the next step of the sample's dialplan in time.
    private static func away(
        _ stage: Stage, _ scenario: String, tls: Bool = false, baseURL: String? = nil, reason: Set<String>
    ) throws -> String {
        let site = try Site(stage, scenario, tls: tls, baseURL: baseURL, settings: "[call]\nsetup_timeout = 3")
        let call = try site.call()
        try site.settle([call])
        let end = site[call]
        try site.require(end.status == "UNAVAILABLE", "COGNIGY_STATUS \(end.status) \(end.reason)")
        try site.require(reason.contains(end.reason), "COGNIGY_REASON \(end.reason)")
        try site.require(end.agiStatus == "SUCCESS", "AGISTATUS \(end.agiStatus)")
        let people = end.steps.contains { $0.context == "people" && $0.application == "Dial" }
        try site.require(people, "the caller did not reach people: \(end.steps)")
        let length = (end.left?.time ?? 0) - (end.commands.first?.start.time ?? 0)
        try site.require(length < 3.5, "after \(length) s")
        return "\(end.reason) after \(milliseconds(length)) ms"
    }
}

/// A port that never answers a SYN: its queue of connections is full.
private final class BlackHole {
    let port: UInt16
    private var sockets: [CInt] = []

    init() throws {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = try retryingOnInterrupt("socket") { socket(AF_INET, kind, 0) }
        sockets.append(listener)
        func withName<R>(_ body: (UnsafeMutablePointer<sockaddr>) -> R) -> R {
            withUnsafeMutablePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
            }
        }
        let size = length
        guard withName({ bind(listener, $0, size) }) == 0, listen(listener, 0) == 0,
            withName({ getsockname(listener, $0, &length) }) == 0
        else { throw Errno("bind") }
        port = UInt16(bigEndian: name.sin_port)
        for _ in 0..<4 {
            let filler = try retryingOnInterrupt("socket") { socket(AF_INET, kind, 0) }
            sockets.append(filler)
            _ = withName { connect(filler, $0, size) }
        }
    }

    deinit { for socket in sockets { close(socket) } }
}
