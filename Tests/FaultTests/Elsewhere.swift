/// A fault that a test of another suite plays, because it needs more than one call, or a stage of its own. The table names
/// the test in place of what is checked here.
struct Elsewhere: Sendable {
    let place: Fault.Place
    let name: String
    let verdict: Cell.Verdict
    /// The caller, the disk, the exit, the log.
    let cells: [String]
    /// Suite and test, with a dot between.
    let proof: String

    init(
        _ place: Fault.Place, _ name: String, _ verdict: Cell.Verdict, caller: String, left: String = "nothing",
        exit: String = "0", log: String = "nothing", _ proof: String
    ) {
        (self.place, self.name, self.verdict, self.proof) = (place, name, verdict, proof)
        cells = [caller, left, exit, log]
    }

    static let all = [
        Elsewhere(
            .disk, "frozen for as long as the call lasts (needs root)", .served, caller: "is served, hears all sounds",
            "FrozenDiskTests.aFrozenDiskHoldsUpNoCall"),
        Elsewhere(
            .disk, "what a killed call left behind", .served, caller: "is served",
            left: "nothing: a call removes what is older than five minutes",
            "LeavingTests.whatAKilledProcessLeftIsRemovedByALaterCall"),
        Elsewhere(
            .connection, "five calls in a row failed", .people, caller: "people (`circuit_open`), at once",
            left: "the breaker is open", log: "“UNAVAILABLE circuit_open”",
            "SetUpTests.afterFiveFailedCallsTheNextDoesNotWaitAndOneProbeHealsIt"),
        Elsewhere(
            .limits, "5 to 12 descriptors", .people, caller: "people until there are enough, then the call is served",
            log: "“may open no more files”", "ExhaustionTests.aProcessWithoutDescriptorsDoesNotBlameTheService"),
        Elsewhere(
            .processes, "SIGKILL while a voice program runs", .dead, caller: "silence, then the dialplan goes on",
            left: "no program goes on", exit: "SIGKILL", "ChildrenTests.aVoiceProgramDoesNotOutliveABridgeThatIsKilled"),
        Elsewhere(
            .processes, "SIGABRT", .dead, caller: "silence, then the dialplan goes on", left: "no core dump",
            exit: "SIGABRT", "CoreDumpTests.aBridgeThatIsAbortedLeavesNoCore"),
        Elsewhere(
            .processes, "a handoff that is stopped half done", .people, caller: "people", exit: "by what was done",
            "HandoffTests.itIsNotStoppedHalfDone"),
        Elsewhere(
            .voiceSocket, "10,000 messages at once", .served, caller: "no key is lost", log: "“dropped”, once",
            "HostileTests.aServiceThatNeverStopsTalkingCostsNoKeyAndLittleElse"),
        Elsewhere(
            .sounds, "a playlist in place of a sound", .served, caller: "hears the number that came with it",
            "HostileTests.aPlaylistInPlaceOfASoundLeadsNowhere"),
        Elsewhere(
            .voice, "a voice on a WebSocket that does not speak", .people, caller: "people (`no_voice`)",
            log: "“UNAVAILABLE no_voice”", "StreamingVoiceTests.aVoiceThatDoesNotSpeakLeadsToPeople"),
        Elsewhere(
            .voice, "a voice on a WebSocket that stands still", .served, caller: "hears what came of it",
            "StreamingVoiceTests.aVoiceThatStandsStillIsHeardAsFarAsItCame"),
        Elsewhere(
            .asterisk, "it dies", .over, caller: "is gone", exit: "0, at once",
            "LeavingTests.anAsteriskThatDiesTakesTheProgramWithIt"),
        Elsewhere(
            .asterisk, "it sends no SIGHUP after a hangup", .over, caller: "is gone", exit: "0, within 100 ms",
            "LeavingTests.withoutASignalTheRepliesAreNewsEnough"),
        Elsewhere(
            .asterisk, "a hangup at the moment that a command runs", .over, caller: "is gone", exit: "0, within 100 ms",
            "LeavingTests.aHangupAtTheVeryMomentThatACommandRuns"),
        Elsewhere(
            .asterisk, "stdin, stdout or all three closed", .over, caller: "the dialplan goes on", exit: "2, 0, 2",
            "ByHandTests.withoutItsDescriptorsItEndsAtOnce"),
        Elsewhere(
            .asterisk, "the input ends behind the environment", .over, caller: "is gone", exit: "0",
            "ByHandTests.anEndOfInputAfterTheBlockIsTheEndOfTheCall"),
        Elsewhere(
            .asterisk, "started with the environment of a web page", .served, caller: "is served",
            "StartedWronglyTests.aCallUnderTheEnvironmentOfAWebPageIsACall"),
        Elsewhere(
            .asterisk, "EAGI(cognigy-bridge,voice) written as AGI()", .people, caller: "people (`ERROR`)", exit: "78",
            log: "“EAGI()”", "VoiceChannelTests.withoutEAGIItSaysWhatToDo"),
        Elsewhere(
            .clock, "set back: failures from the future", .served, caller: "is served",
            "FailureTallyTests.failuresFromAClockThatWasSetBackDoNotCount"),
        Elsewhere(
            .clock, "set back: an open breaker from the future", .served, caller: "is served",
            "BreakerRecordTests.aRecordThatMakesNoSenseOrComesFromTheFutureIsNone"),
        Elsewhere(
            .clock, "set back: a dialog from the future", .served, caller: "is served; his dialog begins anew",
            "DialogStateTests.aTimeInTheFutureIsNotTrusted"),
    ]
}
