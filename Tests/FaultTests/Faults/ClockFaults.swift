import FakeAsterisk
import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed

extension Faults {
    /// A call leaves a token behind; something happens to its file; the next call is the one that is looked at.
    private static func token(
        _ place: Fault.Place, _ name: String, _ change: @escaping @Sendable (PBX, _ path: String) throws -> Void
    ) -> Fault {
        let fetched = Cell("a new token is fetched, once") { $0.notes == ["2"] }
        return Fault(place, name, caller: .served + fetched, log: .silent) {
            let pbx = try PBX(
                """
                open send {"type":"response","text":"1"}
                key 9 send {"type":"response","text":"9","end":true}
                """)
            pbx.environment["COGNIGY_PATHS_LOG_LEVEL"] = nil
            let plan: CallPlan = [.press("9", when: .whenWaiting, after: .milliseconds(50))]
            func call() throws -> CallRecord {
                let call = Box(try pbx.start(plan))
                try Play.carry(call, pbx)
                return call.asterisk.record
            }
            _ = try call()
            let names = try FolderListing.names(pbx.sharedPath(""))
            guard let file = names.first(where: { $0.hasPrefix("token-") && !$0.hasSuffix(".lock") }) else {
                throw Errno("open", code: ENOENT)
            }
            try change(pbx, pbx.sharedPath(file))
            let record = try call()
            // Both calls have pressed the key.
            var sighting = Sighting(record, pbx, arrived: String(pbx.service.keys.dropFirst()))
            _ = try call()
            sighting.notes = ["\(pbx.service.count(.token))"]
            return sighting
        }
    }

    private static func times(_ fetched: Double, _ expires: JSON?) -> @Sendable (PBX, String) throws -> Void {
        { pbx, path in
            var members = try JSON(parsing: Array(pbx.folder.text(path).utf8)).object ?? [:]
            members["fetched_at"] = .number(WallClock.now() + fetched)
            members["expires_at"] = expires ?? .number(WallClock.now() + fetched + 3600)
            try pbx.folder.write(JSON.object(members).text, to: path)
        }
    }

    static let clock: [Fault] = [
        token(.clock, "set back: a token from the future", times(1000, nil)),
        token(.clock, "set forth: a token that is over", times(-7200, nil)),
        token(.clock, "a token that lives for ever", times(0, 1e300)),
        token(.disk, "half a token file") { pbx, path in
            try pbx.folder.write(String(pbx.folder.text(path).dropLast(7)), to: path)
        },
        token(.disk, "an empty token file") { pbx, path in try pbx.folder.write("", to: path) },
        token(.disk, "a token file that others may read") { pbx, path in
            try pbx.folder.write(pbx.folder.text(path), to: path, mode: 0o644)
        },
        token(.disk, "a link in the token file's place") { pbx, path in
            try pbx.folder.write(pbx.folder.text(path), to: "elsewhere")
            unlink(path)
            symlink(pbx.folder.path("elsewhere"), path)
        },
    ]

    static let asterisk: [Fault] = [
        Fault(
            .asterisk, "it has no sound of the name of wait_prompt",
            Play(rules: "session delay 500", settings: ["COGNIGY_CALL_WAIT_PROMPT": "nowhere"]), caller: .served,
            log: .notes("wait_prompt nowhere was not played")),
        Fault(
            .asterisk, "it has no sound of the name of fallback_prompt",
            Play(rules: "session status 403", settings: ["COGNIGY_CALL_FALLBACK_PROMPT": "nowhere"]),
            caller: .people("forbidden") + .atOnce, log: .says("UNAVAILABLE forbidden")),
        // The fake one runs in this thread: nothing is read and nothing answered meanwhile.
        Fault(
            .asterisk, "it takes 200 ms for each line", Play(meanwhile: { _, _ in usleep(200_000) }), caller: .served,
            log: .silent),
    ]
}
