import Testbed
import Testing
import WebSocket

@Suite struct AssemblerTests {
    private func received(_ bytes: [UInt8], as role: Assembler.Role = .client, limit: Int = 1 << 20)
        -> [Assembler.Incoming]
    {
        var assembler = Assembler(role: role, limit: limit)
        return assembler.receive(bytes)
    }

    @Test(arguments: [0, 1, 124, 125, 126, 127, 65534, 65535, 65536, 65537])
    func aMessageOfEveryLengthFormArrives(_ length: Int) {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        #expect(received(Frame.binary(payload).encoded(mask: nil)) == [.binary(payload)])
        let masked = Frame.binary(payload).encoded(mask: [9, 8, 7, 6])
        #expect(received(masked, as: .server) == [.binary(payload)])
    }

    @Test func fragmentsAreOneMessageAndControlFramesMayComeBetweenThem() {
        let fragments: [[UInt8]] = [
            [0x01, 0x02, 0x48, 0x65], [0x89, 0x01, 0x21], [0x00, 0x00], [0x8A, 0x00], [0x80, 0x03, 0x6C, 0x6C, 0x6F],
        ]
        #expect(received(Array(fragments.joined())) == [.ping([0x21]), .pong([]), .text("Hello")])
    }

    @Test func aCharacterMayBeCutBetweenFragments() {
        #expect(received([0x01, 0x02, 0xE2, 0x82, 0x80, 0x01, 0xAC]) == [.text("€")])
    }

    @Test func messagesBeforeAViolationStand() {
        #expect(received([0x81, 0x01, 0x41, 0xC1, 0x00]) == [.text("A"), .violation(.reservedBits)])
    }

    @Test func nothingCountsAfterAViolation() {
        var assembler = Assembler(role: .client)
        let first = assembler.receive([0x83])
        let second = assembler.receive([0x81, 0x01, 0x41])
        #expect(first == [.violation(.reservedOpcode(3))])
        #expect(second == [])
    }

    @Test func nothingCountsAfterAClose() {
        #expect(received([0x88, 0x00, 0x81, 0x01, 0x41]) == [.close(nil, "")])
    }

    @Test(arguments: [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as [UInt8])
    func reservedOpcodesAreRefused(_ opcode: UInt8) {
        #expect(received([0x80 | opcode, 0x00]) == [.violation(.reservedOpcode(opcode))])
    }

    @Test(arguments: [0x40, 0x20, 0x10, 0x70] as [UInt8])
    func reservedBitsAreRefused(_ bits: UInt8) {
        #expect(received([0x81 | bits, 0x00]) == [.violation(.reservedBits)])
    }

    @Test func aServerMayNotMaskAndAClientMust() {
        #expect(received([0x81, 0x80, 0, 0, 0, 0], as: .client) == [.violation(.wrongMasking)])
        #expect(received([0x81, 0x00], as: .server) == [.violation(.wrongMasking)])
    }

    @Test(arguments: [0x88, 0x89, 0x8A] as [UInt8])
    func controlFramesAreShortAndWhole(_ first: UInt8) {
        #expect(received([first, 126]) == [.violation(.longControlFrame)])
        #expect(received([first & 0x0F]) == [.violation(.fragmentedControlFrame)])
    }

    @Test func lengthsMustBeInTheirShortestForm() {
        #expect(received([0x82, 126, 0, 125]) == [.violation(.wastefulLength)])
        #expect(received([0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) == [.violation(.wastefulLength)])
    }

    @Test func aLengthWithTheTopBitIsRefused() {
        #expect(received([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]) == [.violation(.negativeLength)])
    }

    @Test func aMessageTooBigIsRefusedByItsHeader() {
        #expect(received([0x82, 11], limit: 10) == [.violation(.messageTooBig)])
        #expect(received([0x82, 127, 0x7F, 255, 255, 255, 255, 255, 255, 255]) == [.violation(.messageTooBig)])
        #expect(received([0x82, 10] + [UInt8](repeating: 0, count: 10), limit: 10).count == 1)
    }

    @Test func aMessageTooBigInAllItsFragmentsIsRefused() {
        let six: [UInt8] = [1, 2, 3, 4, 5, 6]
        #expect(received([0x02, 6] + six + [0x80, 5], limit: 10) == [.violation(.messageTooBig)])
    }

    @Test func fragmentsMustFollowTheirBeginning() {
        #expect(received([0x80, 0x00]) == [.violation(.continuationOfNothing)])
        #expect(received([0x01, 0x00, 0x81, 0x00]) == [.violation(.messageInsideMessage)])
    }

    @Test func textFailsAtItsFirstBadByteNotAtItsEnd() {
        // A frame of 100 bytes of which three have come.
        #expect(received([0x81, 100, 0x41, 0xC3, 0x28]) == [.violation(.invalidUTF8)])
        // The second fragment, with more to come.
        #expect(received([0x01, 0x02, 0xF4, 0x90]) == [.violation(.invalidUTF8)])
    }

    @Test func textThatEndsInsideACharacterIsRefused() {
        #expect(received([0x81, 0x01, 0xC3]) == [.violation(.invalidUTF8)])
    }

    @Test func binaryMayHoldAnything() {
        #expect(received([0x82, 0x02, 0xC3, 0x28]) == [.binary([0xC3, 0x28])])
    }

    @Test func closeCarriesACodeAndAReason() {
        #expect(received(Frame.close(.goingAway, "später").encoded(mask: nil)) == [.close(.goingAway, "später")])
    }

    @Test func badClosePayloadsAreRefused() {
        #expect(received([0x88, 1, 3]) == [.violation(.truncatedCloseCode)])
        #expect(received([0x88, 2, 0x03, 0xEE]) == [.violation(.illegalCloseCode(1006))])
        #expect(received([0x88, 3, 0x03, 0xE8, 0xFF]) == [.violation(.invalidUTF8)])
        #expect(received([0x88, 3, 0x03, 0xE8, 0xC3]) == [.violation(.invalidUTF8)])
    }

    @Test func everyViolationHasItsCloseCode() {
        #expect(ProtocolError.reservedBits.closeCode == .protocolError)
        #expect(ProtocolError.invalidUTF8.closeCode == .invalidData)
        #expect(ProtocolError.messageTooBig.closeCode == .messageTooBig)
    }

    @Test(arguments: [Assembler.Role.client, .server])
    func randomFramesSurviveAnyCut(_ role: Assembler.Role) {
        var random = SeededGenerator(seed: 13)
        for _ in 0..<200 {
            var wire: [UInt8] = []
            var expected: [Assembler.Incoming] = []
            func send(_ frame: Frame) {
                let mask = (0..<4).map { _ in UInt8.random(in: .min ... .max, using: &random) }
                wire += frame.encoded(mask: role == .server ? mask : nil)
            }
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let text = String(repeating: "aé€😀", count: Int.random(in: 0...60, using: &random))
                let bytes = Array(text.utf8)
                let cut = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    send(.text(text))
                    expected.append(.text(text))
                case 1:
                    send(.binary(bytes))
                    expected.append(.binary(bytes))
                case 2:
                    send(.ping(Array(bytes.prefix(125))))
                    expected.append(.ping(Array(bytes.prefix(125))))
                default:
                    send(Frame(fin: false, opcode: .text, payload: Array(bytes[..<cut])))
                    send(.pong([1]))
                    send(Frame(opcode: .continuation, payload: Array(bytes[cut...])))
                    expected += [.pong([1]), .text(text)]
                }
            }
            var assembler = Assembler(role: role)
            var incoming: [Assembler.Incoming] = []
            var rest = wire[...]
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...40, using: &random))
                incoming += assembler.receive(part)
                rest = rest.dropFirst(part.count)
            }
            #expect(incoming == expected)
        }
    }

    @Test func randomBytesNeverDoMoreThanFail() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...64, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let incoming = received(bytes)
            let early = incoming.dropLast().contains { if case .violation = $0 { true } else { false } }
            #expect(!early)
        }
    }
}
