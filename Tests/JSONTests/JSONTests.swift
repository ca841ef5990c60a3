import JSON
import Testing

@Suite struct JSONTests {
    @Test func theFirstNameThatIsThereAndNotNullCounts() {
        let json: JSON = ["access_token": .null, "accessToken": "T", "other": "O"]
        #expect(json["access_token", "accessToken"] == "T")
        #expect(json["other", "accessToken"] == "O")
        #expect(json["access_token"] == nil)
        #expect(json["nothing"] == nil)
        #expect((["x"] as JSON)["x"] == nil)
    }

    @Test(
        arguments: [
            ("x", "x"), (7, "7"), (-7, "-7"), (1.5, "1.5"), (true, nil), (.null, nil), ([], nil), ([:], nil),
        ] as [(JSON, String?)])
    func aNumberIsAStringToo(json: JSON, string: String?) {
        #expect(json.string == string)
    }

    @Test(
        arguments: [
            (7, 7), (1.5, 1.5), ("3600", 3600), ("1.5", 1.5), ("-2", -2), ("", nil), ("x", nil), ("3600s", nil),
            (" 1", nil),
            ("nan", nil), ("inf", nil), ("-infinity", nil), ("1e999", nil), (true, nil), (.null, nil), ([1], nil),
        ] as [(JSON, Double?)])
    func aStringIsANumberWhereItIsOneThatCanBeCountedWith(json: JSON, number: Double?) {
        #expect(json.number == number)
    }

    @Test(
        arguments: [
            (true, true), (false, false), ("true", true), ("false", false), (1, true), (0, false), (2, nil),
            ("yes", nil),
            ("True", nil), (1.0, nil), (.null, nil), ([], nil),
        ] as [(JSON, Bool?)])
    func aBooleanMayBeAWordOrADigit(json: JSON, bool: Bool?) {
        #expect(json.bool == bool)
    }

    @Test func arraysAndObjectsOpenOnlyAsThemselves() {
        #expect(([1, 2] as JSON).array == [1, 2])
        #expect(([1, 2] as JSON).object == nil)
        #expect((["a": 1] as JSON).object == ["a": 1])
        #expect((["a": 1] as JSON).array == nil)
        #expect(("[]" as JSON).array == nil)
    }

    @Test func ofTwoMembersInALiteralTheLastCounts() {
        #expect((["a": 1, "a": 2] as JSON)["a"] == 2)
    }
}
