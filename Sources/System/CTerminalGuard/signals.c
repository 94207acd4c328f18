#define _GNU_SOURCE
#include "CTerminalGuard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

void terminal_guard_end_process(int number);

static const int taken_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
enum { taken_count = sizeof taken_signals / sizeof taken_signals[0] };
static struct sigaction previous[taken_count];
static int signal_pipe[2] = {-1, -1};
static volatile sig_atomic_t is_terminating;

static void on_signal(int number) {
  int error = errno;
  if (number == SIGINT || number == SIGTERM) {
    if (is_terminating) terminal_guard_end_process(number);
    is_terminating = 1;
  }
  unsigned char byte = (unsigned char)number;
  // A full pipe has enough to say already.
  ssize_t ignored = write(signal_pipe[1], &byte, 1);
  (void)ignored;
  errno = error;
}

static void take(int number, struct sigaction *before) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, before);
}

int terminal_guard_open_signals(void) {
  if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  is_terminating = 0;
  for (int index = 0; index < taken_count; index++) {
    take(taken_signals[index], &previous[index]);
    // What nohup ignores stays ignored.
    if (taken_signals[index] == SIGHUP && previous[index].sa_handler == SIG_IGN) sigaction(SIGHUP, &previous[index], NULL);
  }
  return signal_pipe[0];
}


void terminal_guard_close_signals(int ignores_hangup) {
  for (int index = 0; index < taken_count; index++) sigaction(taken_signals[index], &previous[index], NULL);
  if (ignores_hangup) signal(SIGHUP, SIG_IGN);
  close(signal_pipe[0]);
  close(signal_pipe[1]);
  signal_pipe[0] = signal_pipe[1] = -1;
}

void terminal_guard_stop(void) {
  struct sigaction standard, before;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  sigemptyset(&standard.sa_mask);
  sigaction(SIGTSTP, &standard, &before);
  sigset_t stop, mask;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
  raise(SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGTSTP, &before, NULL);
}
