import Glibc
import System
import TestService
import Testbed

/// A web server of Debian's, as the test's own user, with the sample for it. Instead of the port it
/// has a socket in the test's folder, which nobody else can take.
final class WebServer {
    enum Kind: String, CaseIterable {
        case lighttpd, nginx
    }

    struct Missing: Error {
        let what: String
    }

    let visitors: WebVisitors
    private var server: Subprocess
    private var wrapper: Subprocess?

    /// `pbx` is the machine whose webhooks it takes; its settings go into a configuration file. With `port` it listens there, on
    /// this machine, and what is in the folder `documents` can be had, too.
    init(_ kind: Kind, for pbx: PBX, secret: Signing, port: UInt16? = nil) throws {
        let folder = pbx.folder
        visitors = WebVisitors(path: folder.path("web"))
        try folder.write(secret.secret, to: "webhook")
        try folder.write(WebServer.configuration(of: pbx), to: "bridge.conf")
        let example = try Samples.text("\(kind == .lighttpd ? "lighttpd" : "nginx").conf.sample")
        var lines = try Samples.replacing(
            in: example,
            [
                ("/etc/asterisk/cognigy-bridge.conf", folder.path("bridge.conf")),
                ("/usr/share/asterisk/agi-bin/cognigy-bridge", Binary.path),
            ])
        switch kind {
        case .lighttpd:
            // Who is not root cannot be somebody else.
            let place =
                port.map { [("8480", String($0)), ("/nonexistent", folder.path("documents"))] }
                ?? [("\"127.0.0.1\"\nserver.port", "\"\(visitors.path)\"\n#")]
            lines = try Samples.replacing(
                in: lines, place + [("server.username", "#"), ("server.groupname", "#")])
            try folder.write(lines, to: "lighttpd.conf")
            let modules = WebServer.unpacked + "/usr/lib/lighttpd"
            server = try WebServer.start(
                ["lighttpd", "-D", "-f", folder.path("lighttpd.conf")]
                    + (access(modules, F_OK) == 0 ? ["-m", modules] : []), in: folder)
        case .nginx:
            let parameters = WebServer.unpacked + "/etc/nginx/fastcgi_params"
            lines = try Samples.replacing(
                in: lines,
                [
                    ("/run/fcgiwrap.socket", folder.path("fcgiwrap")),
                    ("fastcgi_params", access(parameters, F_OK) == 0 ? parameters : "/etc/nginx/fastcgi_params"),
                ])
            let place = port.map { "127.0.0.1:\($0)" } ?? "unix:\(visitors.path)"
            try folder.write(WebServer.nginx(lines, listening: place, in: folder), to: "nginx.conf")
            wrapper = try WebServer.start(
                ["fcgiwrap", "-f", "-c", "16", "-s", "unix:" + folder.path("fcgiwrap")], in: folder)
            server = try WebServer.start(
                ["nginx", "-e", "stderr", "-p", folder.path, "-c", folder.path("nginx.conf")], in: folder)
        }
        let wrapperPlace = wrapper == nil ? nil : WebVisitors(path: folder.path("fcgiwrap"))
        let isHeard = {
            let server = port.map { (try? TCPClient.connect(to: $0)) != nil } ?? self.visitors.isHeard
            return server && wrapperPlace?.isHeard != false
        }
        if !eventually(isHeard) { throw Missing(what: "\(kind) does not start: \(pbx.webLog)") }
    }

    /// How many programs that it started are there, those included that have ended and were not waited for.
    var programs: Int {
        var groups = [server.pid]
        if let wrapper = wrapper?.pid { groups.append(wrapper) }
        let processes = ((try? FolderListing.names("/proc")) ?? []).filter { Int($0) != nil }
        return processes.count { groups.contains(WebServer.group(ofBridge: $0) ?? 0) }
    }

    /// The process group of a process of ours. proc(5): the third word after the name in parentheses.
    private static func group(ofBridge process: String) -> pid_t? {
        guard let file = try? FileDescriptor.open("/proc/\(process)/stat", O_RDONLY),
            case .bytes(let bytes)? = try? Descriptor.read(file.raw)
        else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " (cognigy-bridge) ")
        let words = parts.count == 2 ? parts[1].split(separator: " ") : []
        return words.count > 2 ? pid_t(words[2]) : nil
    }

    // MARK: What it is made of

    /// Where `.ci/unpack` puts them; who has installed them needs it not.
    private static let unpacked = Binary.root + "/.build/web-servers"

    private static func start(_ command: [String], in folder: TemporaryFolder) throws -> Subprocess {
        let places = [unpacked + "/usr/sbin/", "/usr/sbin/"].map { $0 + command[0] }
        guard let program = places.first(where: { access($0, X_OK) == 0 }) else {
            throw Missing(what: "there is no \(command[0]); make test unpacks it")
        }
        let log = try FileDescriptor.open(folder.path("web-log"), O_WRONLY | O_CREAT | O_APPEND)
        let libraries = ["x86_64", "aarch64"].map { "\(unpacked)/usr/lib/\($0)-linux-gnu" }.joined(separator: ":")
        return try Subprocess(
            [program] + command.dropFirst(), environment: ["PATH=/usr/bin:/bin", "LD_LIBRARY_PATH=\(libraries)"],
            output: log.raw, errors: log.raw)
    }

    private static func configuration(of pbx: PBX) -> String {
        """
        [cognigy]
        base_url = \(pbx.service.baseURL)
        client_id = demo
        client_secret = demo-secret
        [barge_in]
        secret_file = \(pbx.folder.path("webhook"))
        [paths]
        state = \(pbx.folder.path("state"))
        log = \(pbx.folder.path("log"))
        log_level = info
        counters = yes
        """
    }

    private static func nginx(_ location: String, listening path: String, in folder: TemporaryFolder) -> String {
        let temporary = ["client_body", "fastcgi", "proxy", "scgi", "uwsgi"].map {
            "\($0)_temp_path \(folder.path($0));\n"
        }
        return """
            \(geteuid() == 0 ? "user root;" : "")
            daemon off;
            pid \(folder.path("nginx.pid"));
            events {}
            http {
                access_log off;
                \(temporary.joined())
                server {
                    listen \(path);
                    \(location)
                }
            }
            """
    }
}

extension PBX {
    /// What the web server and the program under it have complained of.
    var webLog: String { (try? folder.text("web-log")) ?? "" }
}
