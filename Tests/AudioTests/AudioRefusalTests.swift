import Audio
import Testing

@Suite struct AudioRefusalTests {
    @Test func aRefusalSaysWhatWasFoundAndWhatToDo() {
        let mp3 = AudioRefusal.notWAV(.mp3).description
        #expect(mp3.contains("MP3") && mp3.contains("ffmpeg"))
        #expect(AudioRefusal.notWAV(.text).description.contains("audio URL"))
        #expect(AudioRefusal.codec(0x11).description.contains("0x11"))
        #expect(AudioRefusal.rate(0).description.contains("4000 to 384000"))
        #expect(AudioRefusal.tooLong(seconds: 3600).description.contains("60 minutes; make it one of at most 10"))
    }
}
