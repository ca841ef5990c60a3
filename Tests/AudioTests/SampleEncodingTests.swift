import Testing

@testable import Audio

@Suite struct SampleEncodingTests {
    /// Values of ITU-T G.711, scaled to 16 bits as everybody does.
    @Test func aLawIsTheStandards() {
        #expect(G711.aLaw[0xD5] == 8)
        #expect(G711.aLaw[0x55] == -8)
        #expect(G711.aLaw[0xAA] == 32256)
        #expect(G711.aLaw[0x2A] == -32256)
        #expect(G711.aLaw[0x80] == 5504)
    }

    @Test func muLawIsTheStandards() {
        #expect(G711.muLaw[0xFF] == 0)
        #expect(G711.muLaw[0x7F] == 0)
        #expect(G711.muLaw[0x80] == 32124)
        #expect(G711.muLaw[0x00] == -32124)
        #expect(G711.muLaw[0xF0] == 120)
    }

    @Test func everyCodeHasItsOppositeInBothLaws() {
        for table in [G711.aLaw, G711.muLaw] {
            #expect(table.count == 256)
            for code in 0..<128 { #expect(table[code] == -table[code | 0x80]) }
        }
    }
}
