import Audio
import JSON

/// A real voice, espeak-ng. POST /tts/synthesize: `{"text":...}` in, raw samples of 16 kHz out.
package final class Synthesizer {
    package let service: ProgramService

    package init() throws {
        service = try ProgramService("/tts/synthesize") { body in
            guard let text = (try? JSON(parsing: body))?["text"]?.string else { return nil }
            return ProgramService.Task(
                command: ["espeak-ng", "-v", "en-us", "--stdin", "--stdout"], input: Array(text.utf8))
        } reply: { wav in
            guard var conversion = try? Conversion(wav, as: .sln16) else { return nil }
            while !conversion.step(maxSamples: 1 << 20) {}
            return ProgramService.Reply(type: "audio/l16", body: conversion.output)
        }
    }
}
