import Testing

@testable import Call

/// What Asterisk says of the channel, and the headers that a stranger has sent with it.
@Suite struct ChannelTests {
    private func channel(_ answer: String, _ names: String...) -> Channel {
        Channel(answer: answer, headers: names, marker: "k7 ")
    }

    @Test func headersStandBehindTheirMarkersInTheOrderOfTheirNames() {
        let channel = channel("(ulaw|g722) slin16k7 42k7 sip:a@b;c=d", "X-CID", "From")
        #expect(channel.formats == "(ulaw|g722)")
        #expect(channel.variable == "slin16")
        #expect(channel.headers == ["X-CID": "42", "From": "sip:a@b;c=d"])
    }

    @Test func aHeaderThatIsNotThereIsNone() {
        #expect(channel("(ulaw)k7 k7 x", "A", "B").headers == ["B": "x"])
        #expect(channel("(ulaw)", "A").headers == [:])
        #expect(channel("", "A").headers == [:])
        #expect(channel("(ulaw)k7 x", "A").formats == "(ulaw)")
    }

    /// Nobody knows the marker: what looks like a part of it is text.
    @Test func noHeaderCanPretendToBeAnother() {
        #expect(channel("(ulaw)k7 1 k8 2)(k7k7 x", "A", "B").headers == ["A": "1 k8 2)(k7", "B": "x"])
        #expect(channel("(ulaw)k7 \u{301}k7 \u{301}", "A", "B").headers == ["A": "\u{301}", "B": "\u{301}"])
    }

    @Test func aHeaderHasAnEnd() {
        let long = String(repeating: "x", count: 5000)
        #expect(channel("(ulaw)k7 \(long)", "A").headers["A"]?.count == Channel.longestHeader)
    }
}
