#include "arguments.h"
#include <sys/auxv.h>

static int count;
static char **words;

// glibc passes what main() gets to each function of this kind, and runs them before main().
__attribute__((constructor)) static void keep(int argc, char **argv) {
    count = argc;
    words = argv;
}

int argument_count(void) { return count; }
const char *argument(int index) { return words[index]; }
const char *started_path(void) { return (const char *)getauxval(AT_EXECFN); }

// Swift's own pair of these, in place of which the release is linked with this one, looks for the words in all of
// /proc/self/maps and the stack before main(), whether anybody asks for them or not: as long as a tenth of a call's start.
char **_swift_stdlib_getUnsafeArgvArgc(int *length) {
    *length = count;
    return words;
}

void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc) {
    count = argc;
    words = argv;
}
