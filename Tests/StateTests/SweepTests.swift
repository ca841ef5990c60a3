import Glibc
import System
import Testbed
import Testing

@testable import State

/// When a call sweeps as it ends.
@Suite struct SweepTests {
    private let temporary: TemporaryFolder
    private let folder: StateFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = try #require(StateFolder(path: temporary.path) { Issue.record("\($0)") })
    }

    private func saveDialogs(_ count: Int) throws {
        mkdir(temporary.path("dialogs"), 0o700)
        for number in 1...count {
            try AtomicFile.write([], to: temporary.path("dialogs/dialog-of-a-caller-\(number)"), durably: false)
        }
    }

    private func left() throws -> Int { try FolderListing.names(temporary.path("dialogs")).count }

    private func endACall(lot: Int) { folder.sweepAfterCall(now: WallClock.now() + 3601, lot: lot) }

    @Test(arguments: [0, 1, 15]) func whereFewCallsAreUpEachSweeps(_ lot: Int) throws {
        try saveDialogs(40)
        endACall(lot: lot)
        #expect(try left() == 0)
    }

    @Test func whereManyCallsAreUpOneLotInSixteenSweeps() throws {
        try saveDialogs(1000)
        for lot in 1..<StateFolder.callsToASweep { endACall(lot: lot) }
        #expect(try left() == 1000)
        endACall(lot: 0)
        #expect(try left() == 1000 - Sweep.most)
    }
}
