import JSON
import Testing

@testable import Report

/// Lines that the program wrote in calls against the stand-in, byte by byte.
@Suite struct RealLinesTests {
    // swift-format-ignore
    private static let text = #"""
        {"audio_bytes_processed":0,"call_id":"1700000000.0","cognigy_latency_ms":0.4,"confidence":null,"end_of_turn_ms":null,"event_type":"dtmf_turn","first_sound_ms":1.9,"intent":null,"session_id":"1700000000.0-g3mftcao","stt_latency_ms":null,"timestamp":"2026-11-27T10:12:34.385Z","tts_latency_ms":null,"user_id":"6ab3a58ea2f0c09f48b9cdf7"}
        {"audio_bytes_processed":0,"call_id":"1700000000.0","cognigy_latency_ms":0.4,"confidence":null,"end_of_turn_ms":null,"event_type":"dtmf_turn","first_sound_ms":1.3,"intent":null,"session_id":"1700000000.0-g3mftcao","stt_latency_ms":null,"timestamp":"2026-11-27T10:12:34.587Z","tts_latency_ms":null,"user_id":"6ab3a58ea2f0c09f48b9cdf7"}
        {"call_id":"1700000000.0","event_type":"call","first_sound_ms":8.5,"interruptions":1,"keys":2,"length_ms":2619.3,"prompts":4,"reason":"end","reconnects":0,"retries":0,"service":"endpoint","session_id":"1700000000.0-g3mftcao","session_ms":null,"setup_ms":4.0,"socket_ms":1.9,"status":"COMPLETED","timestamp":"2026-11-27T10:12:35.189Z","token_ms":null,"turns":2,"user_id":"6ab3a58ea2f0c09f48b9cdf7"}
        {"audio_bytes_processed":62720,"call_id":"1700000000.1","cognigy_latency_ms":0.5,"confidence":0.9,"end_of_turn_ms":500.3,"event_type":"voice_turn","first_sound_ms":502.7,"intent":"demo","session_id":null,"stt_latency_ms":1.5,"timestamp":"2026-11-27T10:12:48.171Z","tts_latency_ms":1.7,"user_id":"1359409030f930e288fdf81c"}
        {"call_id":"1700000000.1","event_type":"call","first_sound_ms":2282.3,"interruptions":0,"keys":0,"length_ms":3325.2,"prompts":1,"reason":"hangup","reconnects":0,"retries":0,"service":"dialog","session_id":null,"session_ms":null,"setup_ms":2280.6,"socket_ms":null,"status":"HANGUP","timestamp":"2026-11-27T10:12:49.214Z","token_ms":null,"turns":1,"user_id":"1359409030f930e288fdf81c"}
        {"call_id":"1700000000.1","event_type":"flow_said","session_id":"1700000000.1-2a2ifks0","sound":null,"text":"Your number of 3 digits.","timestamp":"2026-11-27T10:12:42.556Z","user_id":"6ab3a58ea2f0c09f48b9cdf7"}
        {"call_id":"1700000000.1","event_type":"caller_keyed","session_id":"1700000000.1-2a2ifks0","sound":null,"text":"7","timestamp":"2026-11-27T10:12:44.445Z","user_id":"6ab3a58ea2f0c09f48b9cdf7"}
        {"cached":false,"eventType":"AGENT_ASSIST_QUERY","fallback":false,"interactionId":"b","suggestionCount":0,"timestamp":"2026-11-27T10:12:49.363Z","triggered":false}
        """#

    private static var lines: [String] { text.split(separator: "\n").map { String($0) } }

    @Test func eachFieldIsInTheListOfItsEvent() throws {
        for line in Self.lines {
            let members = try #require(try JSON(parsing: line.utf8).object)
            let name = (members["event_type"] ?? members["eventType"])?.string
            let event = try #require(MetricsField.Event(rawValue: name ?? ""))
            #expect(members.keys.sorted() == event.fields.map(\.rawValue).sorted())
        }
    }

    @Test func everyFieldBelongsToAnEventAndIsExplained() {
        #expect(Set(MetricsField.Event.allCases.flatMap(\.fields)) == Set(MetricsField.allCases))
        let manual = MetricsField.manual.split(separator: "\n")
        for field in MetricsField.allCases {
            #expect(manual.contains { $0.hasPrefix("  \(field.rawValue) ") && $0.hasSuffix("  \(field.meaning)") })
        }
        for line in manual { #expect(line.count <= 132, "\(line)") }
    }

    @Test func theyAreTold() {
        let report = Lines.report(Self.lines)
        #expect(report.broken.count == 0 && report.unknown == 0)
        #expect(report.calls == 2 && report.keyed.count == 2 && report.spoken.count == 1 && report.help == 1)
        #expect(report.steps[.socket]?.count == 1 && report.steps[.firstSound]?.count == 1)
        #expect(report.outcomes.sorted.map(\.name.reason) == ["end", "hangup"])
        #expect(report.spoken.shares.first { $0.part == .silence }?.share ?? 0 > 0.99)
    }
}
