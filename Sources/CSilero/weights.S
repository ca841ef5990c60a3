// The weights that .ci/silero-weights fetches, as data of the program that nobody reads from the disk before a call
// listens.
#if !__has_include("silero/weights")
#error The weights of the voice activity detector are missing. Next step: run make once, or .ci/silero-weights .build/static/silero
#endif
    .section .rodata.silero, "a", @progbits
    .balign 4096
    .globl silero_file
    .hidden silero_file
    .type silero_file, @object
silero_file:
    .incbin "silero/weights"
    .size silero_file, . - silero_file
    .section .note.GNU-stack, "", @progbits
