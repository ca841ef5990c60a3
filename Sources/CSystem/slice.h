#pragma once
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// struct sched_attr of sched_setattr(2), which glibc knows only since 2.41.
struct slice_request {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

// Leaves the policy and the nice value as they are; only a process of the ordinary policy (0) is changed. A child begins
// with an ordinary slice again: SCHED_FLAG_RESET_ON_FORK is 1.
static inline int ask_for_slice(uint64_t nanoseconds) {
    struct slice_request request = { 0 };
    if (syscall(SYS_sched_getattr, 0, &request, sizeof request, 0) != 0 || request.policy != 0) return -1;
    request.size = sizeof request;
    request.flags |= 1;
    request.runtime = nanoseconds;
    return (int)syscall(SYS_sched_setattr, 0, &request, 0);
}
