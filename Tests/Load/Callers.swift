import Glibc
import System
import Testbed

/// SIPp, which calls an Asterisk so many times at once, and plays a caller's sound in each call.
final class Callers {
    private let folder: TemporaryFolder
    private var process: Subprocess
    let ending: FileDescriptor
    /// Until all have begun to call.
    let ramp: Duration

    var pid: pid_t { process.pid }

    init(_ count: Int, _ profile: Profile, from address: String, to asterisk: String) throws {
        let folder = try TemporaryFolder()
        let capture = folder.path("caller.pcap")
        try AtomicFile.write(Capture.bytes(of: CallerSound(profile).packets), to: capture)
        try folder.write(Self.scenario(capture, milliseconds: Int(profile.length / .milliseconds(1))), to: "caller.xml")
        let rate = max(2, count / 10)
        ramp = .milliseconds(count * 1000 / rate)
        let limit = Int((profile.length + ramp) / .seconds(1)) + 40
        process = try Subprocess(
            [
                "sipp", "-sf", folder.path("caller.xml"), "-i", address, "-mi", address, "-m", "\(count)",
                "-l", "\(count)", "-r", "\(rate)", "-s", "+4950", "-nostdin", "-timeout", "\(limit)s",
                "-trace_stat", "-fd", "5", "-stf", folder.path("statistics"), "\(asterisk):5060",
            ], folder: folder.path)
        ending = try process.ending()
        self.folder = folder
    }

    /// How many calls did not go as they should, by SIPp's own count; nil where it has not told.
    func failures() -> Int? {
        process.wait()
        let lines = (try? folder.text("statistics"))?.split(separator: "\n") ?? []
        guard let names = lines.first?.split(separator: ";", omittingEmptySubsequences: false),
            let column = names.firstIndex(of: "FailedCall(C)"),
            let values = lines.last?.split(separator: ";", omittingEmptySubsequences: false), values.count > column
        else { return nil }
        return Int(values[column])
    }

    /// An INVITE by the endpoint that sends RFC 4733, the sound, a BYE.
    private static func scenario(_ capture: String, milliseconds: Int) -> String {
        """
        <?xml version="1.0" encoding="ISO-8859-1"?>
        <!DOCTYPE scenario SYSTEM "sipp.dtd">
        <scenario name="caller">
        <send retrans="500"><![CDATA[
        INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        \(headers(1, "INVITE"))
        Contact: <sip:rfc4733@[local_ip]:[local_port]>
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
        ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        \(headers(1, "ACK", peer: "[peer_tag_param]"))
        Content-Length: 0

        ]]></send>
        <nop><action><exec play_pcap_audio="\(capture)"/></action></nop>
        <pause milliseconds="\(milliseconds)"/>
        <send retrans="500"><![CDATA[
        BYE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        \(headers(2, "BYE", peer: "[peer_tag_param]"))
        Content-Length: 0

        ]]></send>
        <recv response="200"/>
        </scenario>

        """
    }

    private static func headers(_ number: Int, _ method: String, peer: String = "") -> String {
        """
        Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
        From: <sip:rfc4733@[local_ip]:[local_port]>;tag=[pid]t[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>\(peer)
        Call-ID: [call_id]
        CSeq: \(number) \(method)
        Max-Forwards: 70
        """
    }
}
