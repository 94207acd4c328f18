#define _GNU_SOURCE
#include "CTerminalGuard.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

enum { capacity = 1024 };

static struct termios saved_settings;
static volatile sig_atomic_t is_saved;
static volatile sig_atomic_t is_armed;
static int armed_fd = -1;
static char leave_bytes[capacity];
static size_t leave_length;
static char notice_bytes[capacity];
static size_t notice_length_used;

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
enum { crash_count = sizeof crash_signals / sizeof crash_signals[0] };
static struct sigaction previous_crash[crash_count];

// Only poll, write and tcsetattr: all async-signal-safe (POSIX.1-2017, 2.4.3). A terminal that takes nothing any more (Ctrl-S, a
// dead link) is given up after a moment.
static void write_all(const char *bytes, size_t length) {
  while (length > 0) {
    struct pollfd ready = {.fd = armed_fd, .events = POLLOUT};
    if (poll(&ready, 1, 300) != 1) return;
    ssize_t written = write(armed_fd, bytes, length);
    if (written <= 0) {
      if (written < 0 && errno == EINTR) continue;
      return;
    }
    bytes += written;
    length -= (size_t)written;
  }
}

// Once: whoever comes first, of several threads and signals.
static int restore_once(void) {
  if (!__sync_bool_compare_and_swap(&is_armed, 1, 0)) return 0;
  write_all(leave_bytes, leave_length);
  if (is_saved) tcsetattr(armed_fd, TCSANOW, &saved_settings);
  return 1;
}

static void restore_at_exit(void) { restore_once(); }

static void on_crash(int number, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  if (restore_once()) write_all(notice_bytes, notice_length_used);
  for (int index = 0; index < crash_count; index++) {
    if (crash_signals[index] == number) sigaction(number, &previous_crash[index], NULL);
  }
  // A fault happens again when the instruction is run again, and then meets the handler of before (Swift's backtrace, where it
  // is switched on) with its true address. Whatever else was sent is sent again: it waits until this handler returns.
  int faults_again = info != NULL && info->si_code > 0 && number != SIGTRAP && number != SIGABRT;
  if (!faults_again) raise(number);
  errno = error;
}

int terminal_guard_save(int fd) {
  is_saved = 0;
  if (tcgetattr(fd, &saved_settings) != 0) return -1;
  is_saved = 1;
  return 0;
}

static size_t copy(char *into, const char *bytes, size_t length) {
  if (length > capacity) length = capacity;
  if (length > 0) memcpy(into, bytes, length);
  return length;
}

void terminal_guard_arm(int fd, const char *bytes, size_t length, const char *notice, size_t notice_length) {
  static int has_exit_handler = 0;
  if (!has_exit_handler) has_exit_handler = atexit(restore_at_exit) == 0 && at_quick_exit(restore_at_exit) == 0;
  is_armed = 0;
  armed_fd = fd;
  leave_length = copy(leave_bytes, bytes, length);
  notice_length_used = copy(notice_bytes, notice, notice_length);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < crash_count; index++) sigaction(crash_signals[index], &action, &previous_crash[index]);
  __sync_synchronize();
  is_armed = 1;
}

void terminal_guard_disarm(void) {
  is_armed = 0;
  for (int index = 0; index < crash_count; index++) {
    struct sigaction current;
    if (sigaction(crash_signals[index], NULL, &current) != 0) continue;
    if (current.sa_sigaction == on_crash) sigaction(crash_signals[index], &previous_crash[index], NULL);
  }
}

void terminal_guard_reset_settings(int fd) {
  if (!is_saved) return;
  tcflush(fd, TCIFLUSH);
  tcsetattr(fd, TCSANOW, &saved_settings);
}

int terminal_guard_window_size(int fd, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int terminal_guard_open_memory(void) { return memfd_create("frame", MFD_CLOEXEC); }

// Restores and leaves: for a termination that nobody acknowledges.
void terminal_guard_end_process(int number) {
  restore_once();
  _exit(128 + number);
}
