import Glibc
import System
import Testbed

/// SIPp, which calls an Asterisk, or what stands before several, so many times, and plays a caller's sound in each call.
package final class Callers {
    /// How far a caller has come.
    package enum Step: String {
        case asked, answered, done
        /// He was turned away, or gave up waiting.
        case lost
    }

    private let folder: TemporaryFolder
    private var process: Subprocess
    private let watchdog: Watchdog
    package let ending: FileDescriptor
    /// Until all have begun to call.
    package let ramp: Duration

    package var pid: pid_t { process.pid }

    /// `user` is who calls; `[call_number]` in it is the number of the call, from 1.
    package init(
        _ count: Int, _ sound: CallerSound, as user: String, every interval: Duration, from address: String,
        to asterisk: String
    ) throws {
        let folder = try TemporaryFolder()
        let capture = folder.path("caller.pcap")
        try AtomicFile.write(Capture.bytes(of: sound.packets), to: capture)
        try folder.write(
            Self.scenario(user, capture, milliseconds: Int(sound.length / .milliseconds(1))), to: "caller.xml")
        ramp = interval * count
        let limit = Int((sound.length + ramp) / .seconds(1)) + 40
        process = try Subprocess(
            [
                "sipp", "-sf", folder.path("caller.xml"), "-i", address, "-mi", address, "-m", "\(count)",
                "-l", "\(count)", "-r", "1", "-rp", "\(Int(interval / .milliseconds(1)))", "-s", "+4950", "-nostdin",
                "-timeout", "\(limit)s", "-recv_timeout", "30000",
                "-trace_stat", "-fd", "5", "-stf", folder.path("statistics"), "-trace_logs", "-log_file",
                folder.path("log"), "-trace_err", "-error_file", folder.path("errors"),
                "\(asterisk):5060",
            ], folder: folder.path)
        watchdog = try Watchdog(over: process.pid)
        ending = try process.ending()
        self.folder = folder
    }

    /// How far each caller has come, by the number of the call.
    package func steps() -> [Int: Step] {
        var steps: [Int: Step] = [:]
        for line in (contents(of: folder.path("log")) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let step = Step(rawValue: String(words[0])), let number = Int(words[1]) else {
                continue
            }
            steps[number] = step
        }
        // What SIPp says of a call that it ends itself has the name of the call: NUMBER-PID@ADDRESS.
        for line in complaints() where line.contains("borting call") {
            for word in line.split(whereSeparator: { " ':,".contains($0) }) where word.contains("-\(pid)@") {
                if let number = Int(word.prefix { $0 != "-" }), steps[number] != .done { steps[number] = .lost }
            }
        }
        return steps
    }

    /// What SIPp did not expect.
    package func complaints() -> [Substring] { (contents(of: folder.path("errors")) ?? "").split(separator: "\n") }

    /// How SIPp has ended; nil while it runs.
    package func status() -> Subprocess.ExitStatus? { process.reap() }

    /// How many calls did not go as they should, by SIPp's own count; nil where it has not told.
    package func failures() -> Int? {
        process.wait()
        let lines = (try? folder.text("statistics"))?.split(separator: "\n") ?? []
        guard let names = lines.first?.split(separator: ";", omittingEmptySubsequences: false),
            let column = names.firstIndex(of: "FailedCall(C)"),
            let values = lines.last?.split(separator: ";", omittingEmptySubsequences: false), values.count > column
        else { return nil }
        return Int(values[column])
    }

    /// An INVITE, the sound, a BYE; along the route that the answer names (RFC 3261, 12.1.2), where it names one. A call is over
    /// also where a proxy says 408 to its BYE (15.1.1). Who is not answered for half a minute gives up.
    private static func scenario(_ user: String, _ capture: String, milliseconds: Int) -> String {
        """
        <?xml version="1.0" encoding="ISO-8859-1"?>
        <!DOCTYPE scenario SYSTEM "sipp.dtd">
        <scenario name="caller">
        \(told(.asked))
        <send retrans="500"><![CDATA[
        INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        \(headers(user, 1, "INVITE"))
        Contact: <sip:\(user)@[local_ip]:[local_port]>
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=caller 1 1 IN IP4 [local_ip]
        s=-
        c=IN IP4 [media_ip]
        t=0 0
        m=audio [auto_media_port] RTP/AVP 0 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        ]]></send>
        <recv response="100" optional="true"/>
        <recv response="180" optional="true"/>
        <recv response="183" optional="true"/>
        <recv response="200" rrs="true"/>
        <send><![CDATA[
        ACK [next_url] SIP/2.0
        \(headers(user, 1, "ACK", peer: "[peer_tag_param]"))
        Content-Length: 0

        ]]></send>
        \(told(.answered))
        <nop><action><exec play_pcap_audio="\(capture)"/></action></nop>
        <pause milliseconds="\(milliseconds)"/>
        <send retrans="500"><![CDATA[
        BYE [next_url] SIP/2.0
        \(headers(user, 2, "BYE", peer: "[peer_tag_param]"))
        Content-Length: 0

        ]]></send>
        <recv response="408" optional="true" next="over"/>
        <recv response="200"/>
        <label id="over"/>
        \(told(.done))
        </scenario>

        """
    }

    private static func told(_ step: Step) -> String {
        "<nop><action><log message=\"\(step.rawValue) [call_number]\"/></action></nop>"
    }

    private static func headers(_ user: String, _ number: Int, _ method: String, peer: String = "") -> String {
        """
        Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
        From: <sip:\(user)@[local_ip]:[local_port]>;tag=[pid]t[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>\(peer)\(peer.isEmpty ? "" : "\n[routes]")
        Call-ID: [call_id]
        CSeq: \(number) \(method)
        Max-Forwards: 70
        """
    }
}
