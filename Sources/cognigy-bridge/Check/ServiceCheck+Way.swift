import Bridge
import Checkup
import Configuration
import Glibc
import HTTP
import State
import System
import Transport

/// The way to a service: certificates, name, TCP and TLS; and whether calls go there at all.
extension ServiceCheck {
    /// Says how far it leads. `key` names the address.
    func way(to url: String, by key: String, _ cognigy: Settings.Cognigy) -> Bool {
        guard let location = Location(url) else {
            return steps.run("address") { () throws(Trouble) in "\(try self.location(url).text)" }
        }
        if location.isSecure {
            steps.run("certificates") { () throws(Trouble) in try Self.place(of: TrustStore(cognigy)) }
        }
        let outcome = ConnectionTrial(client, to: location).run()
        let isName = !location.host.contains(":") && !location.host.allSatisfy { $0.isNumber || $0 == "." }
        let proxy = cognigy.proxy == nil ? "" : " by the proxy"
        for (step, time) in outcome.passed where step != .lookup || isName {
            let place = outcome.place ?? location.authority
            let text =
                switch step {
                case .lookup: "\(location.host)\(proxy) has an address"
                case .connecting: "\(place)\(proxy) answers"
                case .tls: "its certificate is good"
                }
            steps.show(Finding(Self.name(step), text, time: time))
        }
        guard let (step, time, why) = outcome.failed else { return true }
        steps.show(Finding(Self.name(step), Self.unreachable(why, Self.remedy(step, key, cognigy)), time: time))
        return false
    }

    private static func name(_ step: ConnectionTrial.Step) -> String {
        switch step {
        case .lookup: "name look-up"
        case .connecting: "TCP"
        case .tls: "TLS"
        }
    }

    private static func remedy(_ step: ConnectionTrial.Step, _ key: String, _ cognigy: Settings.Cognigy) -> String {
        let proxy = cognigy.proxy == nil ? "" : ", and at proxy"
        return switch step {
        case .lookup: "is the host in \(key) right? look at the name servers of /etc/resolv.conf\(proxy)"
        case .connecting: "are host and port in \(key) right? look at the firewall\(proxy)"
        case .tls: "is the port in \(key) right? look at the firewall\(proxy)"
        }
    }

    private static func place(of trust: TrustStore) throws(Trouble) -> String {
        guard let place = trust.folder ?? trust.file else {
            throw Trouble(.machine, "this machine has none", "install the package ca-certificates, or set ca_file")
        }
        if access(place, R_OK) != 0 {
            throw Trouble(
                .machine, "\(place): \(Errno("access"))",
                "name one that \(Account.words(geteuid())) can read, as ca_file or ca_path")
        }
        return place
    }

    /// Whether calls ask the service.
    func breaker(_ url: String) {
        guard let base = Location(url), folder != nil else { return }
        steps.run("breaker") { () throws(Trouble) in
            let breaker = CircuitBreaker(folder: folder, identity: [base.text])
            guard let end = breaker.refuses(now: WallClock.now()) else { return "closed: calls ask the service" }
            throw .warning(
                "open: calls before failed in a row, so none asks the service for \(Int(end - WallClock.now()) + 1) s",
                "it closes by itself once a call succeeds; see below why the service fails, and [paths] log")
        }
    }
}
