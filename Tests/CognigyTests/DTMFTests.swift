import Cognigy
import Testing

@Suite struct DTMFTests {
    @Test(arguments: Array("0123456789*#"))
    func aKeyOfAFlowIsSentAsAMessage(key: Character) throws {
        #expect(try #require(DTMF(key)).message == #"{"dtmf":"\#(key)","type":"dtmf"}"#)
    }

    @Test(arguments: Array("ABCDabcd -+,.\0\n\"٥５") + (["5\u{301}", "1\u{20E3}", "\u{1F600}"] as [Character]))
    func anythingElseIsNoKey(key: Character) {
        #expect(DTMF(key) == nil)
    }
}
