import FakeAsterisk
import TestService

extension Faults {
    private static func eagi(_ shell: String?, hasSilence: Bool = true) -> Play {
        var channel = FakeChannel()
        channel.hasSilence = hasSilence
        return Play(
            kind: .recogniser("raw"), plan: [.press("9", when: .whenHeard(1), after: .milliseconds(400))],
            channel: channel, shell: shell)
    }

    static let caller: [Fault] = [
        Fault(.caller, "EAGI: only silence", eagi(nil), caller: .served, log: .silent),
        Fault(.caller, "EAGI: not a frame", eagi(nil, hasSilence: false), caller: .served, log: .silent),
        Fault(.caller, "EAGI: descriptor 3 is closed", eagi("exec 3<&-"), caller: .served, log: .silent),
        Fault(.caller, "EAGI: descriptor 3 has ended", eagi("exec 3</dev/null"), caller: .served, log: .silent),
        Fault(
            .caller, "EAGI: descriptor 3 sends without a pause", eagi("exec 3</dev/zero"), caller: .served,
            log: .silent),
        Fault(
            .caller, "AGI in place of EAGI",
            Play(
                kind: .rest,
                prepare: {
                    $0.environment["COGNIGY_SPEECH_STT_URL"] = $0.service.baseURL + "/stt"
                    return nil
                }), caller: .served, log: .silent),
    ]
}
