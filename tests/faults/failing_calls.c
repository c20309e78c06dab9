/* Makes one call of the system on a file below $FAULT_FOLDER go wrong: the one numbered $FAULT_AT, from 1, of all or
   of those called $FAULT_NAME on files whose path holds $FAULT_FILE.
   $FAULT_ERROR is the error it ends with; KILL ends the process there instead, a write after half of its bytes.
   Each call is listed in the file $FAULT_LIST: its name and its file. Loaded before libc (LD_PRELOAD), for tests alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = dlsym(RTLD_NEXT, name)

static atomic_long calls;

static int below(const char *path) {
    const char *folder = getenv("FAULT_FOLDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int name_held(int file, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
    return below(path);
}

static void list(const char *name, const char *path) {
    REAL(ssize_t, "write", int, const void *, size_t);
    static int (*real_open)(const char *, int, ...);
    if (!real_open) real_open = dlsym(RTLD_NEXT, "open");
    const char *file_name = getenv("FAULT_LIST");
    char line[4200];
    int size = snprintf(line, sizeof line, "%s %s\n", name, path);
    int file = file_name ? real_open(file_name, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file >= 0 && real(file, line, size) >= 0) close(file);
}

/* Count a call; tell whether it is the one, and end the process there if that is what is wanted. */
static int fails(const char *name, const char *path, int torn, const void *bytes, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    const char *at = getenv("FAULT_AT"), *error = getenv("FAULT_ERROR");
    const char *only = getenv("FAULT_NAME"), *file = getenv("FAULT_FILE");
    list(name, path);
    if ((only && strcmp(only, name)) || (file && !strstr(path, file))) return 0;
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (!at || !error || atol(at) != number) return 0;
    if (strcmp(error, "KILL") == 0) {
        if (size > 1 && real(torn, bytes, size / 2) < 0) kill(getpid(), SIGKILL);
        kill(getpid(), SIGKILL);
        pause();
    }
    errno = atoi(error);
    return 1;
}

static int held_fails(const char *name, int file, const void *bytes, size_t size) {
    char path[4096];
    return name_held(file, path, sizeof path) && fails(name, path, file, bytes, size);
}

static int fails_at(const char *name, const char *path) {
    return below(path) && fails(name, path, -1, NULL, 0);
}

ssize_t write(int file, const void *bytes, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return held_fails("write", file, bytes, size) ? -1 : real(file, bytes, size);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off_t place) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    return held_fails("pwrite", file, NULL, 0) ? -1 : real(file, bytes, size, place);
}

int fsync(int file) {
    REAL(int, "fsync", int);
    return held_fails("fsync", file, NULL, 0) ? -1 : real(file);
}

int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    return held_fails("fsync", file, NULL, 0) ? -1 : real(file);
}

int ftruncate64(int file, off_t size) {
    REAL(int, "ftruncate64", int, off_t);
    return held_fails("ftruncate", file, NULL, 0) ? -1 : real(file, size);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return fails_at("rename", to) ? -1 : real(from, to);
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    return fails_at("link", to) ? -1 : real(from, to);
}

int linkat(int at, const char *from, int to_at, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    return fails_at("link", to) ? -1 : real(at, from, to_at, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    return fails_at("mkdir", path) ? -1 : real(path, mode);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    return fails_at("unlink", path) ? -1 : real(path);
}

/* Listed, but it never fails. */
void sync(void) {
    REAL(void, "sync", void);
    list("sync", "");
    real();
}

/* A file is made: other openings are no changes of the disk. */
#define OPENING(symbol)                                                             \
    int symbol(const char *path, int flags, ...) {                                  \
        static int (*real)(const char *, int, ...);                                 \
        if (!real) real = dlsym(RTLD_NEXT, #symbol);                                \
        va_list more;                                                               \
        va_start(more, flags);                                                      \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;                   \
        va_end(more);                                                               \
        if (flags & O_CREAT && fails_at("create", path)) return -1;                 \
        return flags & O_CREAT ? real(path, flags, mode) : real(path, flags);       \
    }
OPENING(open)
OPENING(open64)
