import FakeAsterisk
import Glibc
import System
import TestService
import Testbed
import Testing

/// A command that root starts is carried out by Asterisk's user.
@Suite(.serialized, .enabled(if: geteuid() == 0, "only root can become somebody else"))
final class OperatorTests {
    /// Nobody on any machine.
    private static let user: uid_t = 12_345

    /// No later call of his removes what he keeps in memory.
    deinit {
        if var removal = try? Subprocess(["rm", "-rf", "/dev/shm/cognigy-bridge-\(Self.user)"]) { removal.wait() }
    }

    /// A machine whose state folder is that user's, or whose parent of it is.
    private func pbx(hasState: Bool = true, _ scenario: String = "handoff-session s1 {}") throws -> PBX {
        let pbx = try PBX(scenario)
        chmod(pbx.folder.path, 0o755)
        if hasState { mkdir(pbx.folder.path("state"), 0o700) }
        chown(hasState ? pbx.folder.path("state") : pbx.folder.path, Self.user, Self.user)
        try pbx.folder.write("", to: "log")
        chown(pbx.folder.path("log"), Self.user, Self.user)
        return pbx
    }

    private func run(_ words: [String], _ pbx: PBX, program: String = Binary.path) throws -> Outcome {
        try Outcome(of: [program] + words, environment: pbx.environment)
    }

    private func owner(_ path: String) -> uid_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_uid : nil
    }

    @Test(arguments: [
        ["check"], ["handoff", "--session", "s1", "--queue", "q", "--dry-run"], ["barge-in", "--retry"],
    ])
    func itIsSaidOnceAndWhatIsMadeIsHis(words: [String]) throws {
        let pbx = try pbx()
        let outcome = try run(words, pbx)
        #expect(
            outcome.errors == "cognigy-bridge: running as user 12345, to whom \(pbx.folder.path("state")) belongs\n")
        #expect(outcome.status == .code(0), "\(outcome.output)")
        for name in try FolderListing.names(pbx.folder.path("state")) {
            #expect(owner(pbx.folder.path("state/\(name)")) == Self.user, "\(name)")
        }
    }

    /// What calls count is in a folder of his, and node_exporter's is root's.
    @Test func theCountersAreReadAsHeAndWrittenAsRoot() throws {
        let pbx = try pbx()
        pbx.environment["COGNIGY_PATHS_COUNTERS"] = "yes"
        mkdir(pbx.folder.path("node"), 0o700)
        let file = pbx.folder.path("node/cognigy.prom")
        let outcome = try run(["metrics", "--textfile", file], pbx)
        #expect(outcome.errors == "" && outcome.status == .code(0))
        #expect(owner(file) == 0)
        #expect(try pbx.folder.text("node/cognigy.prom").contains("cognigy_bridge_build_info{"))
        for name in try FolderListing.names("/dev/shm/cognigy-bridge-\(Self.user)") {
            #expect(owner("/dev/shm/cognigy-bridge-\(Self.user)/\(name)") == Self.user)
        }
    }

    @Test func beforeThereIsAStateFolderItsParentSaysWhoseItWillBe() throws {
        let pbx = try pbx(hasState: false)
        let outcome = try run(["check"], pbx)
        #expect(outcome.errors == "cognigy-bridge: running as user 12345, to whom \(pbx.folder.path) belongs\n")
        #expect(outcome.status == .code(0))
        #expect(owner(pbx.folder.path("state")) == Self.user)
    }

    /// Asterisk's user owns them, so root would be told to take them away from him.
    @Test func secretsAreReadAsHim() throws {
        let pbx = try pbx()
        try pbx.folder.write("demo-secret\n", to: "secret")
        chown(pbx.folder.path("secret"), Self.user, Self.user)
        pbx.environment["COGNIGY_CLIENT_SECRET"] = nil
        pbx.environment["COGNIGY_CLIENT_SECRET_FILE"] = pbx.folder.path("secret")
        let outcome = try run(["check"], pbx)
        #expect(outcome.status == .code(0), "\(outcome.output)")
    }

    /// Of all that run on a machine, none is his.
    @Test func aWebServerThatMayNotUseHisFolderIsSaid() throws {
        let pbx = try pbx()
        var copy = try Subprocess(["cp", "/bin/sleep", pbx.folder.path("fcgiwrap")])
        copy.wait()
        var server = try Subprocess([pbx.folder.path("fcgiwrap"), "600"])
        let outcome = try run(["check", "--json"], pbx)
        server.kill(SIGKILL)
        server.wait()
        let step = outcome.output.split(separator: "\n").compactMap { CheckStep($0) }.first { $0.name == "web server" }
        let said = try #require(step, "\(outcome.output)")
        #expect(said.outcome == "warning" && said.text.contains("may not use \(pbx.folder.path("state"))"), "\(said)")
        #expect(said.remedy?.contains("user 12345") == true)
    }

    @Test func aCallByHandIsHisToo() throws {
        let pbx = try pbx(#"open send {"type":"response","end":true}"#)
        // Wherever the tests lie, he may run this one.
        var copy = try Subprocess(["cp", Binary.path, pbx.folder.path("bridge")])
        copy.wait()
        let outcome = try run(
            ["call", "--against", pbx.service.baseURL, "--digits", "1"], pbx, program: pbx.folder.path("bridge"))
        #expect(outcome.status == .code(0), "\(outcome.output) \(outcome.errors)")
        #expect(outcome.errors.hasPrefix("cognigy-bridge: running as user 12345"))
        for name in try FolderListing.names(pbx.folder.path("state")) {
            #expect(owner(pbx.folder.path("state/\(name)")) == Self.user, "\(name)")
        }
    }

    @Test func whereTheFolderIsRootsNothingIsSaid() throws {
        let pbx = try PBX("")
        let outcome = try run(["check"], pbx)
        #expect(outcome.errors == "")
        #expect(outcome.status == .code(0))
    }

    /// Asterisk and web servers may run as root: what they start stays who it is, and takes nothing from anybody.
    @Test func callsAndWebhooksOfRootStayRoots() throws {
        let pbx = try pbx(#"open send {"type":"response","end":true}"#)
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        let answer = try pbx.webhook()
        #expect(answer.errors.contains("root cannot use \(pbx.folder.path("state"))"))
        #expect(owner(pbx.folder.path("state")) == Self.user)
        #expect(!(pbx.log + answer.errors).contains("chown 0"))
        #expect(!(pbx.log + answer.errors).contains("chown root"))
    }
}
