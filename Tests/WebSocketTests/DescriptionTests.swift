import Testing
import WebSocket

/// Logs hold sentences, not the names of cases.
@Suite struct DescriptionTests {
    @Test(
        arguments: [
            .reservedBits, .reservedOpcode(3), .wrongMasking, .longControlFrame, .fragmentedControlFrame,
            .continuationOfNothing, .messageInsideMessage, .wastefulLength, .negativeLength, .messageTooBig,
            .invalidUTF8,
            .truncatedCloseCode, .illegalCloseCode(1005),
        ] as [ProtocolError]) func aBreachOfTheProtocolIsASentence(_ error: ProtocolError)
    {
        #expect("\(error)".contains(" "))
    }

    @Test func numbersAreInTheSentence() {
        #expect("\(ProtocolError.illegalCloseCode(1005))".contains("1005"))
        #expect("\(ProtocolError.reservedOpcode(11))".contains("11"))
        #expect("\(Handshake.Failure.reservedHeader("Upgrade"))".contains("Upgrade"))
    }

    @Test(
        arguments: [
            .forbiddenByte(in: "path"), .reservedHeader("Host"), .lineTooLong, .tooManyHeaders, .headTooLong, .nullByte,
            .malformedStatus, .malformedLine, .notAnUpgrade, .wrongVersion, .wrongKey, .wrongAcceptance,
            .unofferedExtension, .unofferedSubprotocol,
        ] as [Handshake.Failure]) func aFailedHandshakeIsASentence(_ failure: Handshake.Failure)
    {
        #expect("\(failure)".contains(" "))
    }
}
