// The wide-character API is declared only when this is set, and SwiftPM drops -D flags from pkg-config.
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <term.h>
