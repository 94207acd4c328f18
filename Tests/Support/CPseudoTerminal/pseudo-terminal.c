#define _GNU_SOURCE
#include "CPseudoTerminal.h"

#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

pid_t pseudo_terminal_start(
    const char *path, char *const arguments[], char *const environment[], int columns, int rows, int *master) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  pid_t process = forkpty(master, NULL, NULL, &size);
  if (process == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    execve(path, arguments, environment);
    _exit(127);
  }
  if (process > 0) fcntl(*master, F_SETFD, FD_CLOEXEC);
  return process;
}

int pseudo_terminal_resize(int master, int columns, int rows) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(master, TIOCSWINSZ, &size);
}

int pseudo_terminal_settings(int master) {
  struct termios settings;
  if (tcgetattr(master, &settings) != 0) return -1;
  return (settings.c_lflag & ICANON ? 1 : 0) | (settings.c_lflag & ECHO ? 2 : 0) | (settings.c_lflag & ISIG ? 4 : 0) |
         (settings.c_iflag & ICRNL ? 8 : 0);
}

int pseudo_terminal_has_ended(pid_t process, int *status) { return waitpid(process, status, WNOHANG) == process; }

int pseudo_terminal_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

int pseudo_terminal_end_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

int pseudo_terminal_columns_of(unsigned character) {
  static _Thread_local locale_t utf8;
  if (!utf8) utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  locale_t before = uselocale(utf8);
  int columns = wcwidth((wchar_t)character);
  uselocale(before);
  return columns;
}
