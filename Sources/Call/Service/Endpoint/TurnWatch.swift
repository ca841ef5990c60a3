/// Which inputs the flow has not finished with, and for how long it has been silent.
struct TurnWatch {
    /// How many inputs await the end of their turn.
    private(set) var open = 0
    /// How many of these were under way when the line dropped: their ends may never come.
    private var doubtful = 0
    /// Since when the flow has said nothing although it should.
    private(set) var silentSince: Duration?
    /// Since when the caller has asked without any answer.
    private(set) var unansweredSince: Duration?
    /// How many times in a row the time for a reply has passed.
    var lateReplies = 0

    /// The caller has asked, and has heard nothing since.
    var isUnanswered: Bool { unansweredSince != nil }
    /// Nothing but answers that the drop may have swallowed is awaited.
    var isDoubtful: Bool { open > 0 && open <= doubtful }

    mutating func asked(_ now: Duration) {
        open += 1
        silentSince = silentSince ?? now
        unansweredSince = unansweredSince ?? now
        // A caller who goes on does not wait for an answer yet.
        lateReplies = 0
    }

    /// The flow says something.
    mutating func answered(_ now: Duration) {
        lateReplies = 0
        silentSince = open > 0 ? now : nil
        unansweredSince = nil
    }

    /// The line dropped after so many inputs had been written.
    mutating func dropped(_ written: Int) { doubtful = min(open, written) }

    /// A turn has ended. The end of a later one shows that those which the drop swallowed do not end any more. Before the
    /// flow has said anything since, it may as well be a late end of one of these, so the later one stays awaited.
    mutating func ended(_ now: Duration) {
        open -= 1
        if open <= 0 || open <= doubtful && unansweredSince == nil { return over() }
        if open > doubtful { answered(now) }
    }

    mutating func over() { self = TurnWatch() }
}
