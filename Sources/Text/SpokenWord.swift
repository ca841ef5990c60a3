/// What a word tells of the sentence that it stands in, where that is known without grammar: in English, German, French,
/// Spanish, Italian, Dutch and Portuguese. A word that means this in one language counts so in all of them, because a caller
/// may speak another language than the one that was set.
public enum SpokenWord: Equatable, Sendable, CaseIterable {
    /// Agrees: yes, okay.
    case yes
    case no
    /// Shows that somebody listens, and is no word: hm, aha.
    case nod
    /// One digit, spelled out.
    case digit
    /// Does not end a sentence: and, the, of, um.
    case open

    /// nil: most words.
    public init?(_ word: some StringProtocol) {
        guard let kind = Self.kinds[word.lowercased()] else { return nil }
        self = kind
    }

    /// A word that stands for all of its kind.
    public var example: String {
        switch self {
        case .yes: "yes"
        case .no: "no"
        case .nod: "hm"
        case .digit: "one"
        case .open: "and"
        }
    }

    /// Runs of letters or of digits.
    public static func words(in text: String) -> [Substring] {
        var words: [Substring] = []
        var start: String.Index?
        var isNumber = false
        for index in text.indices {
            let character = text[index]
            let continues = character.isLetter && !isNumber || character.isNumber && isNumber
            if let begin = start, !continues {
                words.append(text[begin..<index])
                start = nil
            }
            if start == nil, character.isLetter || character.isNumber {
                start = index
                isNumber = character.isNumber
            }
        }
        if let start { words.append(text[start...]) }
        return words
    }

    private static let kinds: [String: SpokenWord] = {
        var kinds: [String: SpokenWord] = [:]
        for kind in allCases {
            for word in kind.list.split(whereSeparator: \.isWhitespace) { kinds[String(word)] = kind }
        }
        return kinds
    }()

    private var list: String {
        switch self {
        case .yes:
            """
            yes yeah yep yup ok okay right correct sure exactly ja jawohl jo genau richtig stimmt gut oui ouais exact sí si \
            vale claro sì va esatto klopt goed sim certo
            """
        case .no: "no nope nah nein nee non não"
        case .nod: "hm hmm hmmm mhm mmhm mm mmm hmhm huh aha ah ach"
        case .digit:
            """
            zero oh one two three four five six seven eight nine null eins zwei zwo drei vier fünf sechs sieben acht neun \
            zéro deux trois quatre cinq sept huit neuf cero uno dos tres cuatro cinco seis siete ocho nueve due tre \
            quattro cinque sei sette otto nove nul twee drie vijf zes zeven negen dois três quatro sete oito
            """
        case .open:
            """
            um uh er erm uhm äh ähm öh euh heu eh ehm este bom and or but because so if the a an my your his her our \
            their this to of for with from at in on by about is are i und oder aber weil wenn dass der die das den dem \
            des ein eine einen einem einer mein meine meinen meiner dein ihr ihre zu von für mit aus bei nach um auf über \
            ist sind ich et ou mais parce que le la les un une mon ma mes votre de du des à pour avec chez sur est je y o \
            pero porque el los las una mi mis su del al con por para en es yo e perché che il lo gli mio mia di \
            da per è io maar omdat het een mijn uw van naar voor met op ik mas porque os as uma meu minha \
            do em com é eu
            """
        }
    }
}
