// Keeps the promise that a terminal is left as it was found, also when the program crashes, and brings signals to a
// thread that can act on them. One terminal at a time. All functions but the handlers belong to one thread.
#ifndef C_TERMINAL_GUARD_H
#define C_TERMINAL_GUARD_H

#include <stddef.h>

// Remembers the settings of the terminal `fd` as they are now. 0, or -1 with errno.
int terminal_guard_save(int fd);

// From here on a crash, exit(), quick_exit() and terminal_guard_restore() write `bytes` (the sequences that leave
// full-screen mode) to `fd` and set the remembered settings. On a crash `notice` is shown after that. Both are copied; at
// most 1024 bytes each count.
void terminal_guard_arm(int fd, const char *bytes, size_t length, const char *notice, size_t notice_length);

// Nothing is restored any more, and the handlers of before are back.
void terminal_guard_disarm(void);

// Sets the remembered settings, without waiting for output, and drops what was typed and not read.
void terminal_guard_reset_settings(int fd);

// Takes over SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT and SIGWINCH: each arrives as one byte, its number, on the
// descriptor returned. -1 with errno. A second SIGINT or SIGTERM before terminal_guard_close_signals() restores the
// terminal and ends the process there and then: a way out when the reader hangs.
int terminal_guard_open_signals(void);

// Puts the handlers of before back; SIGHUP is ignored instead where `ignores_hangup`, for the kernel sends it twice when a
// terminal goes away, and what is left to do should be done.
void terminal_guard_close_signals(int ignores_hangup);

// Stops the process as SIGTSTP does by default; returns when it is continued.
void terminal_guard_stop(void);

// Columns and rows of the terminal. 0, or -1 with errno.
int terminal_guard_window_size(int fd, int *columns, int *rows);

// A file without a name, in memory, for a frame on its way. -1 with errno.
int terminal_guard_open_memory(void);

#endif
