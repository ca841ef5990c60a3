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
