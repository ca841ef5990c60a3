import Testbed
import Testing

@testable import Transport

@Suite struct TrustStoreTests {
    @Test func whatTheConfigurationNamesIsAllThatCounts() {
        #expect(TrustStore.find(folder: "/a", file: nil) == TrustStore(folder: "/a", file: nil))
        #expect(TrustStore.find(folder: nil, file: "/b") == TrustStore(folder: nil, file: "/b"))
        #expect(TrustStore.find(folder: "/a", file: "/b") == TrustStore(folder: "/a", file: "/b"))
    }

    @Test func theMachinesOwnStoreIsAFolderOrAFileAndNeverBoth() {
        let store = TrustStore.find(folder: nil, file: nil)
        #expect(store.folder == nil || store.file == nil)
    }

    @Test func onlyAFolderWithHashedNamesIsOne() throws {
        let folder = try TemporaryFolder()
        #expect(!TrustStore.hasHashedNames(folder.path))
        #expect(!TrustStore.hasHashedNames(folder.path("missing")))
        for name in ["ca-certificates.crt", "0123abcd", "0123abcd.r0", "0123abcg.0", "123abcd.0", "0123abcd.00"] {
            try folder.write("", to: name)
        }
        #expect(!TrustStore.hasHashedNames(folder.path))
        try folder.write("", to: "0123abcd.0")
        #expect(TrustStore.hasHashedNames(folder.path))
    }
}
