// What Debian's C++ library takes from glibc and musl has not: with these, a program that was linked for musl, such as Bun, runs on musl
// with that library. Nothing of it is called by what is tested.
#include <stddef.h>

struct tm;
long getrandom(void* into, size_t size, unsigned flags);
size_t strftime(char* into, size_t size, const char* format, const struct tm* time);

char __libc_single_threaded = 0;
unsigned __cpu_model[4];

unsigned arc4random(void) {
  unsigned drawn;
  getrandom(&drawn, sizeof drawn, 0);
  return drawn;
}

size_t __strftime_l(char* into, size_t size, const char* format, const struct tm* time, void* locale) {
  return strftime(into, size, format, time);
}

int __cxa_thread_atexit_impl(void (*end)(void*), void* object, void* library) { return 0; }

int _dl_find_object(void* address, void* found) { return -1; }

int __cpu_indicator_init(void) { return 0; }
