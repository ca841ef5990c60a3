import Testing

@testable import Configuration

@Suite struct LayersTests {
    @Test func theEnvironmentWinsOverTheFileAndArgumentsOverBoth() throws {
        let text = "\(minimal)[call]\non_end = hangup\n[speech]\ntts_voice = file"
        let settings = try Settings.parse(
            text, fileName: "f",
            environment: [
                "COGNIGY_FLOW_ID": "variable", "COGNIGY_SPEECH_TTS_VOICE": "variable", "COGNIGY_CALL_ANSWER": "no",
                "PATH": "/bin", "COGNIGY_STATUS": "COMPLETED", "COGNIGY_BRIDGE_CONF": "f",
            ],
            arguments: ["voice=argument", "on_end=continue", "locale=de-DE"])
        #expect(settings.cognigy.flowID == "variable")
        #expect(settings.speech.ttsVoice == "argument")
        #expect(settings.call.onEnd == .continueDialplan)
        #expect(!settings.call.answer)
        #expect(settings.locale == "de-DE")
    }

    @Test func theDialplanAloneSaysThatANumberIsNotToBeTrusted() throws {
        #expect(try Settings.parse(minimal, fileName: "f").resumes)
        #expect(try !Settings.parse(minimal, fileName: "f", arguments: ["resume=no"]).resumes)
        #expect(objection(to: "\(minimal)resume = no")?.contains("is not a key") == true)
    }

    @Test func anAlternativeInALaterLayerReplacesTheOther() throws {
        let settings = try Settings.parse(minimal, fileName: "f", environment: ["COGNIGY_INSTANCE": "y.cognigy.com"])
        #expect(settings.cognigy.baseURL == "https://y.cognigy.com")
    }

    @Test func allThatIsRequiredAndMissingIsNamedTogether() {
        #expect(
            objection(to: "[cognigy]\nflow_id = x\n")
                == "f.conf: [cognigy] lacks base_url (or instance), client_id, client_secret_file (or client_secret); "
                + "set what is missing")
    }

    @Test func aFlowNamedByTheDialplanIsEnough() {
        #expect(objection(to: minimal.replacing("flow_id = flow", with: ""), arguments: ["flow_id=x"]) == nil)
    }

    @Test(arguments: [
        ("COGNIGY_FLOWID", "environment COGNIGY_FLOWID: is not a setting; did you mean COGNIGY_FLOW_ID? Else unset it"),
        ("COGNIGY_CALL_ANSWER", "environment COGNIGY_CALL_ANSWER: \"x\" is neither yes nor no; write yes or no"),
        (
            "COGNIGY_ASSIST_KEYWORD",
            "environment COGNIGY_ASSIST_KEYWORD: is not a setting; did you mean COGNIGY_ASSIST_KEYWORDS? Else unset it"
        ),
    ])
    func aFaultInTheEnvironmentNamesTheVariable(variable: String, message: String) {
        #expect(objection(to: minimal, environment: [variable: "x"]) == message)
    }

    @Test func eachSettingHasAVariableOfItsOwn() {
        for key in Schema.keys {
            let found = Key.named(inEnvironment: key.environmentName)
            #expect(found?.section == key.section && found?.name == key.name, "\(key.environmentName)")
            #expect(Key.named(inEnvironment: key.environmentName + "_") == nil)
        }
        for section in Schema.sections { #expect(!Schema.keys(in: section).isEmpty, "\(section)") }
    }

    @Test func anEmptyVariableIsAFault() {
        let message = objection(to: minimal, environment: ["COGNIGY_CLIENT_SECRET": " "])
        #expect(message == "environment COGNIGY_CLIENT_SECRET: has no value; give it one or remove it")
    }

    @Test func variablesExcludeEachOtherAsKeysDo() {
        let message = objection(
            to: minimal, environment: ["COGNIGY_BASE_URL": "https://a", "COGNIGY_INSTANCE": "b"])
        #expect(
            message
                == "environment COGNIGY_INSTANCE: excludes base_url (COGNIGY_BASE_URL); keep one of the two")
    }

    @Test(arguments: [
        ("flow=x", "argument flow: is not known here; did you mean flow_id?"),
        ("x", "argument 1: is not key=value; write one as flow_id=ID"),
        ("voice=", "argument voice: has no value; give it one or remove it"),
        ("on_end=stop", "argument on_end: \"stop\" is not known here; write one of: hangup, continue"),
        ("resume=never", "argument resume: \"never\" is neither yes nor no; write yes or no"),
        ("locale=a b", "argument locale: \"a b\" is not a language; write one as en-US"),
        (
            "tenant=x",
            "argument tenant: cannot be set for one call; write it into the configuration file under [cognigy]"
        ),
    ])
    func aFaultInAnArgumentNamesIt(argument: String, message: String) {
        #expect(objection(to: minimal, arguments: [argument]) == message)
    }

    @Test(arguments: ["client_secret", "api_key", "tts_key", "proxy"])
    func aSecretAsArgumentIsRefusedAndNotRepeated(name: String) {
        let message = objection(to: minimal, arguments: ["\(name)=hunter2"]) ?? ""
        #expect(message.hasPrefix("argument \(name): is a secret, and arguments show in the process list"))
        #expect(!message.contains("hunter2"))
    }

    @Test func anArgumentSaidTwiceIsAFault() {
        #expect(objection(to: minimal, arguments: ["voice=a", "voice=b"])?.contains("is set already") == true)
    }

    @Test func noMessageRepeatsASecret() {
        let secret = "hunter2"
        let faults = [
            "[cognigy]\n\(secret)", "[cognigy]\nclient_secret = \(secret)\u{7}",
            "[cognigy]\nclient_secret = \(secret)\nclient_secret = \(secret)",
            "[cognigy]\nclient_secrets = \(secret)", "client_secret = \(secret)",
            "\(minimal)proxy = ftp://u:\(secret)@p",
        ]
        for fault in faults {
            let message = objection(to: fault) ?? ""
            #expect(!message.isEmpty && !message.contains(secret))
        }
    }
}
