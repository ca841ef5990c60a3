// The licences of what is linked into the program, as data that nobody reads from the disk before somebody asks.
#if !__has_include("licences")
#error The licences are missing. Next step: run make once, or .ci/parts licences .build/static
#endif
    .section .rodata.licences, "a", @progbits
    .globl licences_file
    .hidden licences_file
    .type licences_file, @object
licences_file:
    .incbin "licences"
    .byte 0
    .size licences_file, . - licences_file
    .section .note.GNU-stack, "", @progbits
