// The wide-character API is declared only when this is set, and SwiftPM drops -D flags from pkg-config.
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <term.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <wchar.h>

// Macros with casts and mutable globals are not imported into Swift, or not as safe: they hide here.

// ncurses' functions about the screen as a whole.
static inline int signalbox_columns(void) { return COLS; }
static inline int signalbox_rows(void) { return LINES; }
static inline int signalbox_max_pairs(void) { return COLOR_PAIRS; }
static inline int signalbox_max_colors(void) { return COLORS; }

static inline attr_t signalbox_attribute_bold(void) { return A_BOLD; }
static inline attr_t signalbox_attribute_dim(void) { return A_DIM; }
static inline attr_t signalbox_attribute_italic(void) { return A_ITALIC; }
static inline attr_t signalbox_attribute_underline(void) { return A_UNDERLINE; }
static inline attr_t signalbox_attribute_reverse(void) { return A_REVERSE; }

// Makes one cell. `scalars` ends in 0; `pair` may be any extended pair.
static inline int signalbox_make_cell(cchar_t *cell, const wchar_t *scalars, attr_t attributes, int pair) {
  return setcchar(cell, scalars, attributes, 0, &pair);
}

static inline int signalbox_put_cells(int y, int x, const cchar_t *cells, int count) {
  return mvwadd_wchnstr(stdscr, y, x, cells, count);
}

// Sends what has changed since the last time. The cursor goes to row `y`, or where it is cheapest when that is negative.
static inline int signalbox_send(int y, int x) {
  leaveok(stdscr, y < 0);
  if (y >= 0) wmove(stdscr, y, x);
  wnoutrefresh(stdscr);
  return doupdate();
}

static inline void signalbox_clear(void) { werase(stdscr); }

// The next frame assumes nothing about what the terminal shows.
static inline void signalbox_repaint(void) { clearok(curscr, TRUE); }

// wcwidth(3), which the headers show only under _XOPEN_SOURCE.
extern int wcwidth(wchar_t character);
static inline int signalbox_columns_of(wchar_t character) { return wcwidth(character); }

static inline const char *signalbox_codeset(void) { return nl_langinfo(CODESET); }

// Reads the description of terminal `name` without touching the terminal. 0 where there is one.
static inline int signalbox_read_description(const char *name, int fd) {
  int outcome = 0;
  return setupterm((char *)name, fd, &outcome) == OK ? 0 : -1;
}
static inline void signalbox_forget_description(void) { del_curterm(cur_term); }

static inline int signalbox_flag(const char *name) { return tigetflag((char *)name) > 0; }
// A number capability; negative where the terminal lacks it.
static inline int signalbox_number(const char *name) { return tigetnum((char *)name); }

// A string capability, or NULL where the terminal lacks it.
static inline const char *signalbox_capability(const char *name) {
  const char *value = tigetstr((char *)name);
  return value == (const char *)-1 ? NULL : value;
}
