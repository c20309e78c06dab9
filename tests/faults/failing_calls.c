/* Fails one call of the system on a file below $FAULT_FOLDER: the one numbered $FAULT_AT, with error $FAULT_ERROR.
   The calls are counted from 1 in the file $FAULT_COUNT. Loaded before libc (LD_PRELOAD), for tests alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int below(const char *path) {
    const char *folder = getenv("FAULT_FOLDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int held(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static int fails(const char *name) {
    long number = atomic_fetch_add(&calls, 1) + 1;
    const char *count = getenv("FAULT_COUNT"), *at = getenv("FAULT_AT"), *error = getenv("FAULT_ERROR");
    if (count) {
        static int (*real_open)(const char *, int, ...);
        static ssize_t (*real_write)(int, const void *, size_t);
        if (!real_open) real_open = dlsym(RTLD_NEXT, "open");
        if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
        char line[64];
        int file = real_open(count, O_WRONLY | O_CREAT | O_APPEND, 0600);
        int size = snprintf(line, sizeof line, "%ld %s\n", number, name);
        if (file >= 0 && real_write(file, line, size) >= 0) close(file);
    }
    if (!at || atol(at) != number) return 0;
    errno = error ? atoi(error) : EIO;
    return 1;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = dlsym(RTLD_NEXT, name)

ssize_t write(int file, const void *bytes, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return held(file) && fails("write") ? -1 : real(file, bytes, size);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off_t place) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    return held(file) && fails("pwrite") ? -1 : real(file, bytes, size, place);
}

int fsync(int file) {
    REAL(int, "fsync", int);
    return held(file) && fails("fsync") ? -1 : real(file);
}

int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    return held(file) && fails("fdatasync") ? -1 : real(file);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return below(to) && fails("rename") ? -1 : real(from, to);
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    return below(to) && fails("link") ? -1 : real(from, to);
}

int linkat(int at, const char *from, int to_at, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    return below(to) && fails("linkat") ? -1 : real(at, from, to_at, to, flags);
}

int ftruncate64(int file, off_t size) {
    REAL(int, "ftruncate64", int, off_t);
    return held(file) && fails("ftruncate") ? -1 : real(file, size);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    return below(path) && fails("unlink") ? -1 : real(path);
}
