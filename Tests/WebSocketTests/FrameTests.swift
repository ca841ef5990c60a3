import Testing
import WebSocket

@Suite struct FrameTests {
    @Test func aShortTextFromAServerIsTheBytesOfTheRFC() {
        // RFC 6455, section 5.7.
        #expect(Frame.text("Hello").encoded(mask: nil) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
    }

    @Test func aShortTextFromAClientIsTheBytesOfTheRFC() {
        #expect(
            Frame.text("Hello").encoded(mask: [0x37, 0xFA, 0x21, 0x3D])
                == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    }

    @Test(
        arguments: [
            (0, [0x00]), (124, [124]), (125, [125]), (126, [126, 0, 126]), (127, [126, 0, 127]),
            (65534, [126, 0xFF, 0xFE]), (65535, [126, 0xFF, 0xFF]), (65536, [127, 0, 0, 0, 0, 0, 1, 0, 0]),
            (65537, [127, 0, 0, 0, 0, 0, 1, 0, 1]),
        ] as [(Int, [UInt8])])
    func theShortestFormOfTheLengthIsUsed(_ length: Int, _ form: [UInt8]) {
        let bytes = Frame.binary([UInt8](repeating: 7, count: length)).encoded(mask: nil)
        #expect(bytes.starts(with: [0x82] + form))
        #expect(bytes.count == 1 + form.count + length)
    }

    @Test func theMaskBitIsSetInEveryLengthForm() {
        for length in [0, 126, 65536] {
            let bytes = Frame.binary([UInt8](repeating: 7, count: length)).encoded(mask: [1, 2, 3, 4])
            #expect(bytes[1] & 0x80 != 0)
        }
    }

    @Test func aFragmentHasNoFinalBit() {
        #expect(Frame(fin: false, opcode: .text, payload: [0x41]).encoded(mask: nil) == [0x01, 0x01, 0x41])
    }

    @Test func controlFramesAreCutToWhatTheyMayCarry() {
        let long = [UInt8](repeating: 0x41, count: 200)
        #expect(Frame.ping(long).payload.count == 125)
        #expect(Frame.pong(long).payload.count == 125)
    }

    @Test func aCloseReasonIsCutBetweenCharacters() {
        let frame = Frame.close(.normal, String(repeating: "é", count: 100))
        #expect(frame.payload.count == 2 + 122)
        #expect(String(validating: frame.payload.dropFirst(2), as: UTF8.self) != nil)
    }

    @Test func aCloseWithoutCodeIsEmpty() {
        #expect(Frame.close(nil).encoded(mask: nil) == [0x88, 0x00])
        #expect(Frame.close(.normal).encoded(mask: nil) == [0x88, 0x02, 0x03, 0xE8])
    }
}
