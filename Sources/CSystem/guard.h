#pragma once
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// A program that does not outlive its parent, not even a parent that is killed. posix_spawn(3) cannot ask for that
// (PR_SET_PDEATHSIG), and between fork(2) and execve(2) no Swift may run: so this is C.
//
// The parent starts a guard, the guard starts the program in a process group of its own. When the parent dies, or says
// SIGTERM, the guard kills that group: the program and all that it started. If the guard dies, the program dies. The
// guard reaps the program and ends as it ended, so that no zombie is left to whoever is process 1.

int execvpe(const char *file, char *const arguments[], char *const environment[]);
int pipe2(int ends[2], int flags);

struct guard_plan {
    const char *program;
    char *const *arguments;
    char *const *environment;
    int input;
    int output;
    // Of the program: seconds of CPU, and bytes of memory; 0 is no limit.
    rlim_t cpu;
    rlim_t memory;
};

// No file of ours has a higher number.
enum { GUARD_DESCRIPTORS = 1024 };

static inline void guard_unblock(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static inline void guard_limit(int resource, rlim_t most) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return;
    if (most < limit.rlim_max) limit.rlim_max = most;
    if (limit.rlim_max < limit.rlim_cur) limit.rlim_cur = limit.rlim_max;
    setrlimit(resource, &limit);
}

static inline _Noreturn void guard_run(const struct guard_plan *plan, pid_t guard, int report) {
    signal(SIGTERM, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != guard) _exit(127);
    guard_unblock();
    int null = open("/dev/null", O_WRONLY);
    if (dup2(plan->input, 0) == 0 && dup2(plan->output, 1) == 1 && (null < 0 || dup2(null, 2) == 2)) {
        for (int number = 3; number < GUARD_DESCRIPTORS; number++) fcntl(number, F_SETFD, FD_CLOEXEC);
        guard_limit(RLIMIT_CORE, 0);
        if (plan->cpu > 0) guard_limit(RLIMIT_CPU, plan->cpu);
        if (plan->memory > 0) guard_limit(RLIMIT_AS, plan->memory);
        execvpe(plan->program, plan->arguments, plan->environment);
    }
    int code = errno;
    if (write(report, &code, sizeof code) < 0) _exit(126);
    _exit(127);
}

static inline _Noreturn void guard_watch(const struct guard_plan *plan, pid_t parent, int report) {
    // They are waited for below, not handled.
    sigset_t all, awaited;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGCHLD);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    // Signals for the group of the parent, such as a terminal's, are not for us.
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    // It may have died before prctl(2).
    if (getppid() != parent) _exit(127);
    pid_t guard = getpid();
    pid_t program = fork();
    if (program == 0) guard_run(plan, guard, report);
    if (program < 0) {
        int code = errno;
        if (write(report, &code, sizeof code) < 0) _exit(126);
        _exit(127);
    }
    // From both sides: whoever is told to kill the group must find it.
    setpgid(program, program);
    // Whoever waits for the end of the program's output, or of the parent's, is not to wait for the guard.
    for (int number = 0; number < GUARD_DESCRIPTORS; number++) close(number);
    siginfo_t end = {0};
    while (waitid(P_PID, program, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0) {
        if (sigwaitinfo(&awaited, NULL) != SIGTERM) continue;
        kill(-program, SIGKILL);
        kill(program, SIGKILL);
    }
    // What it has left running goes, too; as long as it is not reaped nobody else has its number.
    kill(-program, SIGKILL);
    int status = 0;
    waitpid(program, &status, 0);
    if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
    guard_limit(RLIMIT_CORE, 0);
    signal(WTERMSIG(status), SIG_DFL);
    guard_unblock();
    kill(guard, WTERMSIG(status));
    _exit(127);
}

// The guard's process id, or -1 and why the program could not be started.
static inline pid_t guard_start(const struct guard_plan *plan, int *failure) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        *failure = errno;
        return -1;
    }
    pid_t parent = getpid();
    pid_t guard = fork();
    if (guard == 0) guard_watch(plan, parent, report[1]);
    int code = guard < 0 ? errno : 0;
    close(report[1]);
    if (guard > 0) {
        ssize_t count;
        do count = read(report[0], &code, sizeof code);
        while (count < 0 && errno == EINTR);
        if (count != (ssize_t)sizeof code) code = 0;
    }
    close(report[0]);
    if (code == 0) return guard;
    if (guard > 0) {
        int status;
        while (waitpid(guard, &status, 0) < 0 && errno == EINTR) {}
    }
    *failure = code;
    return -1;
}
