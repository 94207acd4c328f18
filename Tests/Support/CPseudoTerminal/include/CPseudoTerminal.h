// Programs in terminals of their own, for tests.
#ifndef C_PSEUDO_TERMINAL_H
#define C_PSEUDO_TERMINAL_H

#include <sys/types.h>

// Starts a program as the leader of a session whose terminal is a new pseudoterminal, whose other end goes to `master`. -1 with errno.
pid_t pseudo_terminal_start(
    const char *path, char *const arguments[], char *const environment[], int columns, int rows, int *master);

int pseudo_terminal_resize(int master, int columns, int rows);

// The local and input flags of the terminal's settings: canonical mode, echo, signals, CR to NL, in four bits.
int pseudo_terminal_settings(int master);

// Whether the process has ended: its wait status through `status`.
int pseudo_terminal_has_ended(pid_t process, int *status);

int pseudo_terminal_exit_code(int status);
int pseudo_terminal_end_signal(int status);

// The columns that the C library gives a character in a UTF-8 locale; -1 for what it does not know.
int pseudo_terminal_columns_of(unsigned character);

#endif
