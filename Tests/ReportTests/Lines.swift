import JSON
import Text

@testable import Report

/// Lines as the program writes them.
enum Lines {
    /// 2025-11-24T16:00:00Z
    static let start = 1_764_000_000.0

    /// A call that ended so many seconds after `start`.
    static func call(
        _ end: Double, length: Double = 60_000, _ status: String = "COMPLETED", _ reason: String = "end",
        id: String = "1.1", _ more: [String: JSON] = [:]
    ) -> String {
        let members: [String: JSON] = [
            "timestamp": .string(Timestamp.text(start + end)), "event_type": "call", "user_id": "0123456789abcdef",
            "call_id": .string(id), "session_id": .string("asterisk-\(id)"), "service": "endpoint",
            "status": .string(status),
            "reason": .string(reason), "length_ms": .number(length), "token_ms": .null, "session_ms": 60,
            "socket_ms": 120.5, "setup_ms": 180, "first_sound_ms": 900, "keys": 2, "prompts": 3, "interruptions": 1,
            "turns": 2, "reconnects": 0, "retries": 0,
        ]
        return JSON.object(members.merging(more) { $1 }).text
    }

    static func call(_ end: Double, id: String = "1.1", _ more: [String: JSON]) -> String {
        call(end, "COMPLETED", "end", id: id, more)
    }

    static func turn(_ time: Double, _ times: [String: JSON]) -> String { turn(time, "voice_turn", times) }

    static func turn(
        _ time: Double, _ type: String = "voice_turn", id: String = "1.1", _ times: [String: JSON] = [:]
    ) -> String {
        let members: [String: JSON] = [
            "timestamp": .string(Timestamp.text(start + time)), "event_type": .string(type),
            "user_id": "0123456789abcdef",
            "call_id": .string(id), "session_id": .string("asterisk-\(id)"), "intent": "pay bill", "confidence": 0.93,
            "end_of_turn_ms": 500, "stt_latency_ms": 1500, "cognigy_latency_ms": 300, "tts_latency_ms": 200,
            "first_sound_ms": 2550, "audio_bytes_processed": 64_000,
        ]
        return JSON.object(members.merging(times) { $1 }).text
    }

    static func report(_ lines: [String], of period: Period = Period()) -> Report {
        var report = Report(of: period)
        for (index, line) in lines.enumerated() { report.take(Array(line.utf8)[...]) { "file:\(index + 1)" } }
        report.finish()
        return report
    }
}
