import AGI
import Testing

@Suite struct HeaderFunctionTests {
    @Test func theChannelSaysWhichFunctionThereIs() {
        #expect(HeaderFunction(channelType: "PJSIP")?.expression("X-CID") == "${PJSIP_HEADER(read,X-CID)}")
        #expect(HeaderFunction(channelType: "SIP")?.expression("X-CID") == "${SIP_HEADER(X-CID)}")
        for type in ["Local", "DAHDI", "", "unknown"] { #expect(HeaderFunction(channelType: type) == nil) }
    }

    @Test(arguments: ["", "X CID", "X,2", "X)}${SHELL(id)", "X_1", "Ü", "X\n", String(repeating: "x", count: 41)])
    func whatIsNoNameIsNotAskedFor(name: String) {
        #expect(HeaderFunction.pjsip.expression(name) == nil)
        #expect(!HeaderFunction.isName(name))
    }

    @Test func aNameMayBeSoLong() { #expect(HeaderFunction.isName(String(repeating: "x", count: 40))) }
}
