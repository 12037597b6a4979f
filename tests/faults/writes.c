/* Counts what a process changes on the disk, and at the nth change kills it or lets the disk fail from there on.
 *
 * Loaded before the C library (LD_PRELOAD), so that Python, SQLite, Arrow and safetensors all pass here. Only regular
 * files count, and not the standard streams. It does nothing until faults_arm is called, and forked processes go on
 * counting for themselves.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long changes;
static long limit;    /* the change at which something happens; 0: none */
static int failure;   /* errno of all changes from there on; 0: the process is killed */
static int armed;

void faults_arm(long at, int error) { changes = 0; limit = at; failure = error; armed = 1; }
long faults_changes(void) { return changes; }

/* Returns whether a change fails; grows: whether it needs room on the disk. */
static int fails(int grows) {
    if (!armed) return 0;
    long number = ++changes;
    if (!limit || number < limit) return 0;
    if (!failure) kill(getpid(), SIGKILL);
    if (!grows) return 0;
    errno = failure;
    return 1;
}

static int on_disk(int file) {
    struct stat about;
    int before = errno, regular = armed && file > 2 && fstat(file, &about) == 0 && S_ISREG(about.st_mode);
    errno = before;
    return regular;
}

/* The end of the work counts as one more change. */
void faults_end(void) { long made = changes; fails(0); changes = made; }

#define NEXT(name) static __typeof__(&name) next; if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void *from, size_t size) {
    NEXT(write);
    return on_disk(file) && fails(1) ? -1 : next(file, from, size);
}
ssize_t pwrite(int file, const void *from, size_t size, off_t at) {
    NEXT(pwrite);
    return on_disk(file) && fails(1) ? -1 : next(file, from, size, at);
}
ssize_t pwrite64(int file, const void *from, size_t size, off64_t at) {
    NEXT(pwrite64);
    return on_disk(file) && fails(1) ? -1 : next(file, from, size, at);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
    NEXT(writev);
    return on_disk(file) && fails(1) ? -1 : next(file, parts, count);
}
int fsync(int file) {
    NEXT(fsync);
    return fails(1) ? -1 : next(file);
}
int fdatasync(int file) {
    NEXT(fdatasync);
    return fails(1) ? -1 : next(file);
}
int ftruncate(int file, off_t size) {
    NEXT(ftruncate);
    return fails(0) ? -1 : next(file, size);
}
int ftruncate64(int file, off64_t size) {
    NEXT(ftruncate64);
    return fails(0) ? -1 : next(file, size);
}
int rename(const char *from, const char *to) {
    NEXT(rename);
    return fails(0) ? -1 : next(from, to);
}
int renameat(int in, const char *from, int there, const char *to) {
    NEXT(renameat);
    return fails(0) ? -1 : next(in, from, there, to);
}
int link(const char *from, const char *to) {
    NEXT(link);
    return fails(1) ? -1 : next(from, to);
}
int unlink(const char *path) {
    NEXT(unlink);
    return fails(0) ? -1 : next(path);
}
int mkdir(const char *path, mode_t mode) {
    NEXT(mkdir);
    return fails(1) ? -1 : next(path, mode);
}
