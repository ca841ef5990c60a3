import Cognigy
import Testing

@testable import Call

@Suite struct PlaylistTests {
    private func words(_ text: String, end: Bool = false) -> Message {
        Message(text: text, end: end)
    }

    /// Messages of these words; their ids count from 1.
    private func list(_ texts: String..., end: String? = nil) -> Playlist {
        var list = Playlist()
        for text in texts { _ = list.append(words(text)) }
        if let end { _ = list.append(words(end, end: true)) }
        return list
    }

    @Test func soundsComeInTheOrderOfTheMessages() {
        var list = list("a", "b")
        let second = list.prepared(2, .file("b"))
        #expect(second)
        #expect(list.head == nil)
        _ = list.prepared(1, .file("a"))
        #expect(list.head?.sound == .file("a"))
        let gone = list.removeHead()
        #expect(gone == [1])
        #expect(list.head?.sound == .file("b"))
    }

    @Test func aMessageWithoutWordsNeedsNeitherPreparingNorDiscarding() {
        var list = Playlist()
        let id = list.append(Message())
        #expect(id == nil)
        #expect(list.head != nil)
        #expect(list.head?.sound == nil)
        let gone = list.removeHead()
        #expect(gone == [])
        #expect(list.isEmpty)
    }

    @Test func whatCannotBeSpokenIsSilentButWasPrepared() {
        var list = list("a")
        _ = list.prepared(1, nil)
        #expect(list.head?.sound == nil)
        let gone = list.removeHead()
        #expect(gone == [1])
    }

    @Test func nobodyWaitsForASoundThatIsGone() {
        var list = list("a")
        let gone = list.flush()
        #expect(gone == [1])
        let isAwaited = list.prepared(1, .file("a"))
        #expect(!isAwaited)
    }

    @Test func aKeyDropsAllButWhatEndsTheCall() {
        var list = list("a", "b", end: "bye")
        #expect(list.isClosed)
        let gone = list.flush()
        #expect(gone == [1, 2])
        _ = list.prepared(3, .file("bye"))
        #expect(list.head?.isFinal == true)
    }

    @Test func whatIsStillPlayedMayStay() {
        var list = list("a", "b")
        _ = list.prepared(1, .file("a"))
        let gone = list.flush(keepingHead: true)
        #expect(gone == [2])
        #expect(list.head?.id == 1)
    }

    @Test func aTransferEndsTheCallToo() {
        var list = Playlist()
        _ = list.append(Message(transferTarget: ""))
        #expect(list.isClosed)
    }

    @Test func anActThatHasNotBegunStaysToo() {
        var list = list("a")
        list.append(.sendDigits("1", each: .seconds(1)))
        _ = list.append(words("b"))
        let gone = list.flush()
        #expect(gone == [1, 3])
        #expect(list.count == 1 && list.head?.act != nil)
        let last = list.removeAll()
        #expect(last == [] && list.isEmpty)
    }

    @Test func anActThatHasBegunStays() {
        var list = Playlist()
        list.append(.sendDigits("1", each: .seconds(1)))
        _ = list.append(words("a"))
        list.beginHead()
        let gone = list.flush()
        #expect(gone == [2])
        #expect(list.count == 1)
        let last = list.removeAll()
        #expect(last == [])
    }

    @Test func theOffsetBelongsToTheFirst() {
        var list = Playlist()
        list.setOffset(1)
        _ = list.append(words("a"))
        _ = list.prepared(1, .file("a"))
        #expect(list.head?.offset == 0)
        list.setOffset(800)
        #expect(list.head?.offset == 800)
    }

    @Test func everythingGoesAtTheEnd() {
        var list = list("a", end: "bye")
        let gone = list.removeAll()
        #expect(gone == [1, 2])
        #expect(list.isEmpty)
    }
}
