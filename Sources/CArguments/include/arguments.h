#pragma once

/// The words that this program was started with, as execve(2) passed them. Swift's own list comes from /proc, which a
/// chroot may lack, and costs a descriptor, which a call may not have.
int argument_count(void);
const char *argument(int index);

/// The path that execve(2) was given.
const char *started_path(void);
