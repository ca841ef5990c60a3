import Cognigy
import Testing

@testable import Call

@Suite struct RemarkTests {
    private func transcribed(_ bench: Bench) -> Bench {
        bench.machine.context.isTranscribed = true
        return bench
    }

    @Test func whatIsSaidInACallIsRemarked() {
        let bench = transcribed(Bench.talking())
        bench.says("Your number?", end: false)
        bench.press("5")
        bench.press("#")
        #expect(
            bench.log.remarks == [
                Remark(.flowSaid, "Your number?"), Remark(.callerKeyed, "5"), Remark(.callerKeyed, "#"),
            ])
    }

    @Test func withoutATranscriptNothingIs() {
        let bench = Bench.talking()
        bench.says("Your number?", end: false)
        bench.press("5")
        #expect(bench.log.remarks == [])
    }

    @Test func speechIsRemarkedAsItWasUnderstood() {
        let bench = transcribed(Bench.spoken())
        bench.happens(.speechBegan)
        bench.happens(.speech([Int16](repeating: 1, count: 12_800)))
        bench.responds(.recognition, 200, #"{"text":"my number is 42"}"#)
        bench.happens(.slot(isTaken: true))
        bench.responds(.dialog, 200, #"{"outputs":[{"text":"One. Two."}]}"#)
        #expect(bench.log.remarks == [Remark(.callerSaid, "my number is 42"), Remark(.flowSaid, "One. Two.")])
    }

    @Test func whatMayNotBeWrittenDownIsNot() {
        let bench = transcribed(Bench.joined())
        bench.says(
            #"42["output",{"type":"output","data":{"disableSensitiveLogging":true,"text":"Your PIN is 42","data":{}}}]"#
        )
        #expect(bench.log.remarks == [Remark(.flowSaid, nil)])
    }

    @Test func aSoundHasItsNameAndNotItsAddress() {
        let message = Message(audioURL: "https://a.test/sounds/menu.wav?token=secret#x")
        #expect(Remark(message) == Remark(.flowSaid, nil, sound: "menu.wav"))
        #expect(Remark(Message(pause: .seconds(1))) == nil)
        #expect(Remark(Message(end: true)) == nil)
    }

    @Test(arguments: [
        (Remark.Kind.callerSaid, "my card is 4711 0815", "my card is **** ****"),
        (.callerSaid, "four two, drei", "* *, *"), (.callerSaid, "٤٢", "**"), (.callerSaid, "forty", "forty"),
        (.callerKeyed, "12#", "***"), (.flowSaid, "Press 1, one more time", "Press *, one more time"),
        (.flowSaid, "", ""),
    ])
    func digitsAreStars(kind: Remark.Kind, text: String, masked: String) {
        #expect(Remark(kind, text).withoutDigits == Remark(kind, masked))
    }

    @Test func whatHasNoTextHasNoDigits() {
        #expect(Remark(.flowSaid, nil, sound: "menu1.wav").withoutDigits == Remark(.flowSaid, nil, sound: "menu1.wav"))
    }

    @Test(arguments: [4096, 4097]) func aTextMayBeSoLong(count: Int) {
        let text = Remark(.flowSaid, String(repeating: "x", count: count)).text
        #expect(text?.count == (count == 4096 ? 4096 : 1025))
    }
}

extension [Effect] {
    fileprivate var remarks: [Remark] { compactMap { if case .remark(let remark) = $0 { remark } else { nil } } }
}
