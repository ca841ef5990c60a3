import JSON

import Flow

/// Outputs as the documents of Cognigy, of jambonz and of VIER print them, and as running systems have sent them. Ellipses
/// are filled in.
enum Fixture {
    /// The JSON of `_voiceGateway2.json`.
    static let verbs: [String] = [
        #"""
        {"verb":"dial","actionHook":"dial","callerId":"+49301111111","target":[{"type":"phone","number":"+49302222222"}],
         "amd":{"actionHook":"amd","recognizer":{"vendor":"microsoft","language":"en-US"}}}
        """#,
        #"""
        {"verb":"play","url":"https://example.com/example.mp3","loop":1,"timeoutSecs":10,"seekOffset":8000,
         "actionHook":"/play/action"}
        """#,
        #"""
        {"verb":"say","text":"hi there!","loop":1,
         "synthesizer":{"vendor":"google","language":"en-US","voice":"en-US-Wavenet-F"}}
        """#,
        #"{"verb":"hangup","headers":{"X-Reason":"maximum call duration exceeded"}}"#,
        #"""
        {"verb":"dial","actionHook":"dial","callerId":"+49301111111","answerOnBridge":true,"timeout":60,"timeLimit":600,
         "dialMusic":"https://example.com/ring.mp3","headers":{"X-Case":"17"},
         "target":[{"type":"phone","number":"+49302222222","trunk":"Twilio"},
          {"type":"sip","sipUri":"sip:4930@host","auth":{"username":"u","password":"p"}},
          {"type":"user","name":"jane@sip.example.com"}]}
        """#,
        #"""
        {"verb":"sip:refer","referTo":"+49302222222","referredBy":"+49303333333","headers":{"X-A":"b"},
         "actionHook":"/action"}
        """#,
        #"{"verb":"sip:request","method":"INFO","headers":{"X-Metadata":"my sip metadata"},"body":"words"}"#,
        #"{"verb":"dtmf","dtmf":"0276","duration":250}"#,
        #"""
        {"verb":"config","synthesizer":{"language":"de-DE"},"recognizer":{"language":"de-AT"},
         "bargeIn":{"enable":true,"input":["speech"],"actionHook":"/userInput"}}
        """#,
        #"""
        {"verb":"gather","actionHook":"/hook","input":["digits","speech"],"bargein":true,"dtmfBargein":true,
         "finishOnKey":"#","numDigits":5,"minDigits":1,"maxDigits":8,"interDigitTimeout":3,"timeout":8,
         "say":{"text":"Your number, please."}}
        """#,
        #"""
        {"verb":"dub","action":"addTrack","track":"noise","play":"https://example.com/n.mp3","loop":true,"gain":"-10 dB"}
        """#,
        #"""
        {"record":{"action":"startCallRecording","siprecServerURL":"sip:rec@example.com","recordingID":"r1"}}
        """#,
        #"""
        [{"config":{"bargeIn":{"enable":false,"actionHook":"voice","dtmfBargein":false,"sticky":false},
          "recognizer":{"punctuation":true,"vad":{"enable":false},"vendor":"microsoft","language":"en-US"}}},
         {"play":{"loop":1,"url":"https://example.com/a.wav"}}]
        """#,
        #"""
        {"config":{"recognizer":{"vendor":"microsoft"},"bargeIn":{"enable":true,"actionHook":"voice","dtmfBargein":true,
         "input":["digits"],"maxDigits":1,"minDigits":1,"finishOnKey":"#","interDigitTimeout":2,"sticky":true}}}
        """#,
        #"""
        {"say":{"text":"<speak version='1.0'><voice name='en-US-JennyNeural'>Hello</voice></speak>",
         "disableTtsCache":false}}
        """#,
        #"""
        {"gather":{"input":["speech"],"timeout":10,"actionHook":"voice","recognizer":{"punctuation":true,
         "vendor":"google","language":"en-US","hints":[],"altLanguages":[]}}}
        """#,
        #"[{"hangup":{"headers":{"X-Reason":"Bot ended the call"}}}]"#,
        parameters,
        #"{"action":"hangup"}"#,
    ]

    /// What an author types into Set Session Config.
    static let parameters = #"""
        {"synthesizer":{"vendor":"microsoft","language":"de-DE","voice":"en-US-JennyNeural"},
         "recognizer":{"vendor":"google","language":"de-DE","hints":["help","skip"],"hintsBoost":20,
          "profanityOption":"raw"},
         "user":{"noInputMode":"event","noInputTimeout":5000,"noInputRetries":3,"noInputSpeech":"Please speak now.",
          "noInputUrl":"https://example.com/no-input-audio.mp3"},
         "flow":{"flowNoInputEnable":true,"flowNoInputMode":"speech","flowNoInputTimeout":3000,"flowNoInputRetries":2,
          "flowNoInputSpeech":"One moment.","flowNoInputUrl":"https://example.com/m.mp3","flowNoInputFail":true},
         "dtmf":{"dtmfEnable":true,"dtmfInterDigitTimeout":1000,"dtmfMaxDigits":10,"dtmfMinDigits":3,
          "dtmfSubmitDigit":"9"},
         "bargeIn":{"bargeInEnable":true,"bargeInOnDtmf":true,"bargeInOnSpeech":false,"bargeInMinimunWords":5,
          "bargeInSticky":true},
         "continuousAsr":{"asrEnabled":true,"asrDigit":"5","asrTimeout":5000}}
        """#

    static let activities: [String] = [
        #"{"type":"event","name":"hangup","activityParams":{"hangupReason":"done"}}"#,
        #"""
        {"type":"event","name":"handover","activityParams":{"transferTarget":"tel:+49302222222",
         "handoverReason":"wants a person","transferReferredByURL":"sip:a@b"}}
        """#,
        #"""
        {"type":"event","name":"playUrl","activityParams":{"playUrlUrl":"https://example.com/a.wav",
         "playUrlMediaFormat":"wav/lpcm16","playUrlAltText":"Music"}}
        """#,
        #"""
        {"type":"event","name":"config","sessionParams":{"bargeIn":true,"bargeInOnDTMF":true,"bargeInMinWordCount":2,
         "userNoInputTimeoutMS":7000,"userNoInputRetries":2,"userNoInputSendEvent":true,"userNoInputSpeech":"Hello?",
         "botNoInputTimeoutMS":2500,"botNoInputRetries":1,"botNoInputSpeech":"Wait.",
         "botNoInputUrl":"https://example.com/w.wav","botNoInputGiveUpTimeoutMS":20000,"botFailOnErrors":true,
         "sendDTMF":true,"dtmfCollect":true,"dtmfCollectInterDigitTimeoutMS":2000,"dtmfCollectMaxDigits":5,
         "dtmfCollectSubmitDigit":"#","language":"de-DE","voiceName":"Katja"}}
        """#,
        #"{"type":"event","name":"sendMetaData","value":{"a":1}}"#,
        #"""
        {"type":"event","name":"startCallRecording","activityParams":{"callRecordingId":"1",
         "callRecordingDestUsername":"u","callRecordingServer":"s"}}
        """#,
        #"{"type":"event","name":"stopCallRecording"}"#,
        #"{"type":"message","text":"Hi","activityParams":{"bargeIn":false}}"#,
    ]

    /// The data of jambonz nodes.
    static let nodes: [String] = [
        #"{"type":"hangup","reason":"done"}"#,
        #"{"type":"refer","referTo":"+49302222222"}"#,
        #"{"type":"play","url":"https://example.com/a.wav","loop":1}"#,
        #"{"type":"dtmf","dtmf":"123","duration":500}"#,
        #"""
        {"type":"promt","text":"Yes?","url":"https://example.com/yes.wav","config":{"nextTurn":{"dtmf":{"maxDigits":4}}}}
        """#,
        #"""
        {"type":"setSessionConfig","config":{"session":{"synthesizer":{"voice":"v"},"recognizer":{"language":"fr-FR"},
         "bargein":{"enable":["speech","dtmf"],"minWordCount":1},
         "user":{"noInputSendEvent":true,"noInputTimeout":5000,"noInputRetries":1,"noInputSpeech":"Hello?",
          "noInputUrl":"https://example.com/h.wav"},
         "dtmf":{"interDigitTimeout":2000,"maxDigits":5,"minDigits":1,"submitDigit":"#"}}}}
        """#,
    ]

    /// The data of VIER's nodes.
    static let states: [String] = [
        #"{"status":"termination","data":{"a":1}}"#,
        #"""
        {"status":"forward","destinationNumber":"+49302222222","callerId":"+49301111111",
         "customSipHeaders":{"X-A":["1","2"]},"userToUserInformation":"3132;encoding=hex","ringTimeout":15000,
         "acceptAnsweringMachines":false,"data":{},"whispering":{"text":"Ann"}}
        """#,
        #"""
        {"status":"refer","destination":"sip:a@b","customSipHeaders":{"X-A":["1"]},"userToUserInformation":"41"}
        """#,
        #"{"status":"play","url":"https://example.com/a.wav","mode":"QUEUE","bargeIn":true,"fallbackText":"Music"}"#,
        #"{"status":"play-stop"}"#,
        #"""
        {"status":"prompt","timeout":6000,"language":"en-US","bargeIn":{"onSpeech":false,"onDtmf":true},
         "type":{"name":"Number","submitInputs":["DTMF_#","DTMF_*","speech"],"minDigits":3,"maxDigits":6}}
        """#,
        #"{"status":"prompt","timeout":6000,"type":{"name":"MultipleChoice","choices":{"yes":["yes","sure"]}}}"#,
        #"{"status":"inactivity-start","timeout":9000}"#,
        #"{"status":"inactivity-stop"}"#,
        #"{"status":"recording-start"}"#,
        #"{"status":"recording-stop"}"#,
        #"{"status":"transcription-switch"}"#,
        #"{"status":"change-defaults","language":"de-DE"}"#,
        #"{"status":"aggregation-start"}"#,
        #"{"status":"aggregation-stop"}"#,
        #"{"interpretAs":"SSML","bargeIn":false,"language":"de-DE","synthesizers":["GOOGLE"]}"#,
    ]

    /// The JSON of `_cognigy._default`.
    static let richContent: [String] = [
        #"""
        {"_quickReplies":{"type":"quick_replies","text":"Sales or support?","fallbackText":"Say sales or support.",
         "quickReplies":[{"id":1,"contentType":"postback","title":"Sales","payload":"go sales"},
          {"id":2,"contentType":"postback","title":"Support"}]}}
        """#,
        #"{"_buttons":{"type":"buttons","text":"Choose.","buttons":[{"title":"A","payload":"a"}]}}"#,
        #"{"_gallery":{"type":"carousel","items":[{"title":"A","subtitle":"b"}],"fallbackText":"Three cars."}}"#,
        #"{"_list":{"type":"list","items":[{"title":"A","subtitle":"b"},{"title":"C"}]}}"#,
        #"{"_audio":{"type":"audio","audioUrl":"https://example.com/a.mp3"}}"#,
    ]

    /// Outputs whole, as they arrive.
    static let outputs: [String] =
        verbs.flatMap { json in
            ["_voiceGateway2", "_voice-gateway2"].map { name in
                #"{"text":"Hello","data":{"_cognigy":{"\#(name)":{"json":\#(json)}}},"source":"bot"}"#
            }
        }
        + activities.map { json in
            #"{"text":"Hello","data":{"_cognigy":{"_voiceGateway":{"json":{"activities":[\#(json)]}}}}}"#
        }
        + nodes.map { #"{"text":"Hello","data":\#($0),"source":"bot"}"# }
        + states.map { #"{"text":"Hello","data":\#($0),"source":"bot"}"# }
        + richContent.map { #"{"text":"","data":{"_cognigy":{"_default":\#($0)}}}"# }
        + [
            #"""
            {"text":"Hello","data":{},"traceId":"endpoint-realtimeClient-02b35aac-c704-4799-a703-7e14c2e7bc12",
             "disableSensitiveLogging":false,"source":"bot"}
            """#
        ]

    static func json(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    /// The steps of an output with these data and this text.
    static func steps(_ data: String, text: String = "") throws -> [FlowStep] {
        FlowOutput(["text": .string(text), "data": try json(data)]).steps
    }

    static func steps(verbs: String, text: String = "") throws -> [FlowStep] {
        try steps(#"{"_cognigy":{"_voiceGateway2":{"json":\#(verbs)}}}"#, text: text)
    }

    static func steps(activity: String, text: String = "") throws -> [FlowStep] {
        try steps(#"{"_cognigy":{"_voiceGateway":{"json":{"activities":[\#(activity)]}}}}"#, text: text)
    }

    static func steps(rich: String, text: String = "") throws -> [FlowStep] {
        try steps(#"{"_cognigy":{"_default":\#(rich)}}"#, text: text)
    }
}
