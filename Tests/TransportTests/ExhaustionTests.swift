import Glibc
import Testing

@testable import Transport

@Suite struct ExhaustionTests {
    @Test(arguments: [(EMFILE, "ulimit -n"), (ENFILE, "fs.file-max"), (ENOMEM, "memory"), (ENOBUFS, "memory")])
    func whatIsLackingIsSaidWithTheNextStep(_ error: CInt, _ words: String) {
        #expect(Exhaustion.sentence(error)?.contains(words) == true)
    }

    @Test(arguments: [ECONNREFUSED, EACCES, EAFNOSUPPORT, ENETUNREACH, 0])
    func otherErrorsAreNoLack(_ error: CInt) {
        #expect(Exhaustion.sentence(error) == nil)
    }

    @Test func nothingIsLackingHere() {
        #expect(Exhaustion.now() == nil)
    }
}
