#pragma once
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

// A GNU extension that Swift's Glibc module leaves out.
int pipe2(int pipefd[2], int flags);
