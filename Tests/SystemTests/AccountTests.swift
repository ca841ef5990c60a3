import Glibc
import Testing

@testable import System

@Suite struct AccountTests {
    private static let users =
        "root:x:0:0:root:/root:/bin/sh\nbroken\nasterisk:x:107:111::/var/lib/asterisk:/bin/false\n:x:9:9\n"
    private static let groups =
        "root:x:0:\nasterisk:x:111:\ndialout:x:20:uucp,asterisk\naudio:x:29:asterisk\nodd:x:x:asterisk\n"

    private func account(_ user: uid_t) -> Account {
        Account(user, group: 7, users: Self.users, groups: Self.groups)
    }

    @Test func aUserHasANameAGroupAndMore() {
        let account = account(107)
        #expect(account.name == "asterisk" && account.group == 111 && account.otherGroups == [20, 29])
    }

    @Test func whomTheFilesDoNotKnowHasTheFoldersGroup() {
        let account = account(4711)
        #expect(account.name == nil && account.group == 7 && account.otherGroups == [])
    }

    @Test func sentencesNameAUserOrHisNumber() {
        #expect(Account.words(0) == "root" && Account.word(0) == "root")
        #expect(Account.words(4_000_000_000) == "user 4000000000" && Account.word(4_000_000_000) == "4000000000")
    }
}
