/// Why a call ended, in the words of COGNIGY_STATUS and COGNIGY_REASON, with what an operator does about it. README's table
/// is this one.
public struct Reason: Sendable {
    public let status: String
    public let words: [String]
    public let meaning: String
    public let remedy: String

    private init(_ status: String, _ words: [String], _ meaning: String, _ remedy: String) {
        (self.status, self.words, self.meaning, self.remedy) = (status, words, meaning, remedy)
    }

    /// What operators ask for most comes first.
    public static let all = [
        Reason(
            "UNAVAILABLE", ["unreachable"],
            "no connection, or no trust in the certificate; the sentence names the host and the step: looking up the name, "
                + "connecting, TLS, waiting for the answer; \"may open no more files\" is this machine's limit",
            "the firewall (443 to the host of the Endpoint URL, or to base_url's), ca_file, proxy; LimitNOFILE= of Asterisk"
        ),
        Reason(
            "UNAVAILABLE", ["unauthorized"], "HTTP 401 twice, with a fresh token; or an API key that is refused",
            "client_id and the secret, or the key and its permission dialog:execute"),
        Reason(
            "UNAVAILABLE", ["forbidden"], "HTTP 403",
            "the API client: give it the scopes cognigy:session:manage and cognigy:voice:interact, and the flow's workspace; the "
                + "flow must be a voice flow; speech: dialog:execute, or stt_key"),
        Reason(
            "UNAVAILABLE", ["refused"], "the endpoint ended the session at once",
            "the token in the Endpoint URL; the Endpoint's type; is it enabled?"),
        Reason(
            "UNAVAILABLE", ["http_404", "http_400"],
            "the service knows no such thing; the sentence names the request and the flow", "base_url, flow_id"),
        Reason(
            "UNAVAILABLE", ["http_5xx", "setup_timeout"],
            "the service failed or was too slow, after three tries; the sentence names the request and the last failure",
            "its status page, and the firewall; raise setup_timeout"),
        Reason(
            "UNAVAILABLE", ["http_4xx"], "another answer that is no success; the sentence has its number",
            "base_url, or the Endpoint's type; a proxy between here and there?"),
        Reason(
            "UNAVAILABLE", ["rate_limited"],
            "HTTP 429 with a wait longer than setup_timeout (speech: reply_timeout)",
            "the limit: ask for a higher one"),
        Reason(
            "UNAVAILABLE", ["busy"], "other calls made all the dialog requests that concurrency allows",
            "concurrency: raise it, if the service bears it"),
        Reason(
            "UNAVAILABLE", ["circuit_open"],
            "calls before this one failed in a row; this one did not wait for the same",
            "what the calls before it say; it heals itself, since one call in a while tries"),
        Reason(
            "UNAVAILABLE", ["socket_lost", "session_lost"], "the voice socket dropped and did not come back",
            "the network between here and the service"),
        Reason(
            "UNAVAILABLE", ["no_reply"],
            "the socket is open, but late_replies times in a row reply_timeout passed without an answer to a key, or without "
                + "a first word of the flow; what makes no sense is no answer",
            "the flow; its logs have COGNIGY_SESSION_ID"),
        Reason(
            "UNAVAILABLE", ["flow_error", "flow_no_input"],
            "the flow failed, or did not answer although the filler ended",
            "the session in Cognigy's logs"),
        Reason(
            "UNAVAILABLE", ["bad_stt_reply", "bad_dialog_reply", "bad_endpoint_reply"],
            "an answer that is not what the service promises; the sentence says which field",
            "stt_url, stt_style; the bot; the Endpoint's type"),
        Reason(
            "UNAVAILABLE", ["no_voice"],
            "the caller heard nothing of an answer: no voice speaks it, or its sound was refused or not found; a call that "
                + "heard the rest goes on, and the log counts what was lost",
            "tts_url, tts_key, tts_command, audio_hosts; the log says why"),
        Reason(
            "UNAVAILABLE", ["no_disk"], "the same, because a prompt could not be written",
            "room in /dev/shm and in [paths] state"),
        Reason(
            "UNAVAILABLE", ["HANDOFF_FAILED"],
            "the session did not reach the agent's queue; the sentence says at which step",
            "scopes session:write, flow:execute, telephony:transfer; lock_wait; the connector"),
        Reason(
            "UNAVAILABLE", ["terminated"], "somebody sent SIGTERM to the program", "ask who; Asterisk sends SIGHUP only"
        ),
        Reason(
            "ERROR", ["configuration"], "the file, line and key are named in the message",
            "mend that line; check shows it"),
        Reason("ERROR", ["asterisk"], "Asterisk refused WAIT FOR DIGIT", "is res_agi of this Asterisk whole?"),
        Reason(
            "ERROR", ["unfinished"], "the program was killed, or has not ended yet",
            "dmesg (out of memory?), the systemd journal"),
        Reason("COMPLETED", ["end"], "the flow said that it is over, perhaps in words of its own", "nothing"),
        Reason(
            "COMPLETED", ["flow_stopped"], "the flow stopped itself without saying that it is over",
            "the session in Cognigy's logs"),
        Reason(
            "COMPLETED", ["no_input", "idle_timeout"],
            "the caller said nothing; he and the flow were silent for idle_timeout",
            "nothing; where it is frequent, listen to such a call: does he hear the prompts?"),
        Reason("HANDOFF", ["handoff"], "the session goes to people", "nothing"),
        Reason("HANGUP", ["hangup"], "the caller hung up", "nothing"),
    ]

    /// nil: a flow's own word.
    static func known(_ status: String, _ word: String) -> Reason? {
        func named(_ word: String) -> Reason? { all.first { $0.status == status && $0.words.contains(word) } }
        return named(word) ?? httpClass(word).flatMap(named)
    }

    /// "http_5xx" of "http_503"; nil: another word.
    public static func httpClass(_ word: String) -> String? {
        guard word.utf8.count == 8, word.hasPrefix("http_"), let status = Int(word.dropFirst(5)) else { return nil }
        return "http_\(status / 100)xx"
    }

    /// What `cognigy-bridge report --reasons` prints.
    public static var manual: String {
        all.map { reason in
            "\(reason.status) \(reason.words.joined(separator: ", "))\n  \(reason.meaning)\n"
                + (reason.remedy == "nothing" ? "" : "  what to do: \(reason.remedy)\n")
        }.joined()
    }

    /// The rows of README's table.
    public static var table: String {
        "| COGNIGY_STATUS | COGNIGY_REASON | what it means | what to do |\n| --- | --- | --- | --- |\n"
            + all.map { reason in
                "| \(reason.status) | \(reason.words.joined(separator: ", ")) | \(reason.meaning) | \(reason.remedy) |\n"
            }.joined()
    }
}
