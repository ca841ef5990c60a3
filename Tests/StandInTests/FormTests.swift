import Testing

@testable import StandIn

@Suite struct FormTests {
    private func form(_ text: String) -> Form? { Form(Array(text.utf8), boundary: "b") }

    @Test func fieldsAndFilesAreRead() {
        let form = form(
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\nContent-Type: x/y\r\n"
                + "content-disposition: form-data; name=b; filename=\"f\"\r\n\r\n\r\n2\r\n\r\n--b--")
        #expect(
            form?.fields == [
                .init(name: "a", isFile: false, content: Array("1".utf8)),
                .init(name: "b", isFile: true, content: Array("\r\n2\r\n".utf8)),
            ])
    }

    @Test(arguments: [
        "", "--b", "--b--", "--b--\r\n", "\r\n--b--", "--b\r\n", "--b\r\n\r\n1\r\n--b--", "--b\r\n;\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b-- ",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--bc--",
        "x\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--",
    ])
    func whatTheBoundaryDoesNotMakeIsNoForm(text: String) {
        #expect(form(text) == nil)
    }

    @Test(
        arguments: [
            ("multipart/form-data; boundary=b", "b"), ("Multipart/Form-Data;Boundary=\"x y\"", nil),
            ("multipart/form-data; boundary=\"x-1\"", "x-1"), ("multipart/form-data; boundary=", nil),
            ("multipart/form-data", nil), ("multipart/mixed; boundary=b", nil), ("", nil), (";", nil),
            ("multipart/form-data; boundary=" + String(repeating: "b", count: 71), nil),
        ] as [(String, String?)])
    func theBoundaryIsReadFromTheType(type: String, boundary: String?) {
        #expect(Form.boundary(in: type) == boundary)
    }

    @Test func aWordIsFoundWhereItFirstStands() {
        let bytes: [UInt8] = [1, 1, 2, 1, 1, 2]
        #expect(bytes.index(of: [1, 2], from: 0) == 1)
        #expect(bytes.index(of: [1, 2], from: 2) == 4)
        #expect(bytes.index(of: [2], from: 6) == nil)
        #expect(bytes.index(of: [2, 1, 2], from: 0) == nil)
        #expect([UInt8]().index(of: [1], from: 0) == nil)
    }
}
