// The weights that .ci/silero-weights fetches, as data of the program that nobody reads from the disk before a call
// listens. Their licence stands behind them.
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
    .incbin "silero/LICENSE"
    .byte 0
    .section .note.GNU-stack, "", @progbits
