import Glibc
import System
import Testbed
import Testing

@testable import FakeAsterisk

@Suite struct FakeSoundsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func header(
        format: UInt8 = 1, channels: UInt8 = 1, rate: Int = 8000, bits: UInt8 = 16, size: UInt8 = 16
    ) -> [UInt8] {
        var bytes = Array("RIFF....WAVEfmt ".utf8) + [size, 0, 0, 0, format, 0, channels, 0]
        bytes += [UInt8(rate & 0xff), UInt8(rate >> 8), 0, 0] + [0, 0, 0, 0, 2, 0, bits, 0]
        return bytes + Array("data".utf8) + [0, 0, 0, 0]
    }

    @Test func aNameIsFoundWithoutItsExtension() throws {
        try AtomicFile.write([UInt8](repeating: 0, count: 16000), to: folder.path("one.sln"))
        let sounds = FakeSounds(folder: folder.path)
        let relative = try #require(sounds.open("one", for: "ulaw"))
        #expect(relative.samples == 8000 && relative.rate == 8000)
        #expect(sounds.open("\(folder.path)/one", for: "ulaw")?.path == "\(folder.path)/one.sln")
        #expect(sounds.open("one.sln", for: "ulaw") == nil)
        #expect(sounds.open("two", for: "ulaw") == nil)
    }

    @Test func aFileOfHoursIsSilenceAndIsNotRead() throws {
        let path = folder.path("silence.sln")
        try AtomicFile.write([], to: path)
        try #require(truncate(path, 300_000_000) == 0)
        let sound = try #require(FakeSounds(folder: folder.path).open("silence", for: "ulaw"))
        #expect(sound.isSilence && sound.bytes.isEmpty && sound.samples == 150_000_000)
    }

    @Test func aSoundOfTheLanguageIsFoundBeforeOneOfNone() throws {
        try retryingOnInterrupt("mkdir") { [folder] in mkdir(folder.path("en"), 0o755) }
        for name in ["en/one.gsm", "one.sln", "two.ulaw"] { try AtomicFile.write([0, 0], to: folder.path(name)) }
        let sounds = FakeSounds(folder: folder.path, language: "en")
        #expect(sounds.open("one", for: "slin")?.path == "\(folder.path)/en/one.gsm")
        #expect(sounds.open("two", for: "slin")?.path == "\(folder.path)/two.ulaw")
        #expect(sounds.open("three", for: "slin") == nil)
    }

    @Test func theFormatNearestToTheChannelIsOpened() throws {
        for name in ["a.sln", "a.sln16", "a.ulaw"] { try AtomicFile.write([0, 0], to: folder.path(name)) }
        let sounds = FakeSounds(folder: folder.path)
        #expect(sounds.open("a", for: "ulaw")?.path == "\(folder.path)/a.ulaw")
        #expect(sounds.open("a", for: "alaw")?.path == "\(folder.path)/a.sln")
        #expect(sounds.open("a", for: "g722")?.path == "\(folder.path)/a.sln16")
    }

    @Test func aWavFileLosesItsLast44Bytes() throws {
        try AtomicFile.write(header() + [UInt8](repeating: 0, count: 1000), to: folder.path("w.wav"))
        let sound = try #require(FakeSounds(folder: folder.path).open("w", for: "ulaw"))
        #expect(sound.samples == 500)
        #expect(sound.audible == 478)
    }

    @Test func aWavFileThatFormatWavRefusesIsNotPlayed() throws {
        let sounds = FakeSounds(folder: folder.path)
        let bad = [
            header(format: 0xfe), header(channels: 2), header(rate: 16000), header(bits: 8), header(size: 40),
            Array(header().prefix(43)), [],
        ]
        for (number, bytes) in bad.enumerated() {
            try AtomicFile.write(bytes, to: folder.path("bad\(number).wav"))
            #expect(sounds.open("bad\(number)", for: "ulaw") == nil)
        }
    }

    @Test func aBadHeaderIsNotMadeUpForByAnotherFile() throws {
        try AtomicFile.write(header(channels: 2) + [UInt8](repeating: 0, count: 100), to: folder.path("x.wav"))
        try AtomicFile.write([0, 0], to: folder.path("x.sln16"))
        #expect(FakeSounds(folder: folder.path).open("x", for: "ulaw") == nil)
    }
}
