/* Preloaded: counts what a program and its children do to files below a folder, and lets the k-th
 * operation fail, fall short or kill the process. run.sh sets, in the environment,
 *
 *   FAULT_ROOT     the folder, absolute
 *   FAULT_COUNTER  a file of 8 zero bytes outside it, where all processes count
 *   FAULT_AT       k, from 1; 0: never
 *   FAULT_KIND     enospc, eio: the operation is not done and fails; of close() it is done
 *                  short: write() writes half of what it is given
 *                  kill: SIGKILL before the operation, in write() after half of it
 *   FAULT_LOG      a file that gets a line "k OPERATION" each; optional
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))

enum { kMostDescriptors = 4096 };
enum Use { kNone, kReads, kWrites };

static _Atomic unsigned char used[kMostDescriptors]; /* enum Use, of files below the folder */

static void* real(const char* name) {
  return dlsym(RTLD_NEXT, name);
}

static const char* setting(const char* name) {
  const char* value = getenv(name);
  return value != NULL ? value : "";
}

static int is_kind(const char* kind) {
  return strcmp(setting("FAULT_KIND"), kind) == 0;
}

static _Atomic uint64_t* counter(void) {
  static _Atomic(_Atomic uint64_t*) shared;
  if (shared == NULL) {
    const int file = REAL(open)(setting("FAULT_COUNTER"), O_RDWR | O_CLOEXEC);
    void* memory = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || memory == MAP_FAILED) abort();
    REAL(close)(file);
    shared = memory;
  }
  return shared;
}

static void note(uint64_t k, const char* operation) {
  const char* log = setting("FAULT_LOG");
  if (*log == '\0') return;
  char line[64];
  const int size = snprintf(line, sizeof line, "%llu %s\n", (unsigned long long)k, operation);
  const int file = REAL(open)(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0 || REAL(write)(file, line, (size_t)size) != size) abort();
  REAL(close)(file);
}

/* Whether it is the turn of this operation. */
static int is_due(const char* operation) {
  const uint64_t k = atomic_fetch_add(counter(), 1) + 1;
  note(k, operation);
  return k == strtoull(setting("FAULT_AT"), NULL, 10);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* For all but write(): whether the operation is to fail; errno is set then. */
static int fails(const char* operation) {
  if (!is_due(operation)) return 0;
  if (is_kind("kill")) die();
  if (is_kind("short")) return 0;
  errno = is_kind("eio") ? EIO : ENOSPC;
  return 1;
}

static int is_below(int folder, const char* path) {
  const char* root = setting("FAULT_ROOT");
  const size_t size = strlen(root);
  if (size == 0) return 0;
  char start[PATH_MAX] = "", whole[2 * PATH_MAX + 1];
  if (path[0] != '/' && folder == AT_FDCWD) {
    if (getcwd(start, sizeof start) == NULL) return 0;
  } else if (path[0] != '/') {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    const ssize_t count = readlink(link, start, sizeof start - 1);
    if (count < 0) return 0;
    start[count] = '\0';
  }
  snprintf(whole, sizeof whole, path[0] == '/' ? "%s%s" : "%s/%s", start, path);
  return strncmp(whole, root, size) == 0 && whole[size] == '/';
}

static enum Use use_of(int file) {
  return file >= 0 && file < kMostDescriptors ? (enum Use)used[file] : kNone;
}

static void set_use(int file, enum Use use) {
  if (file >= 0 && file < kMostDescriptors) used[file] = (unsigned char)use;
}

static int opened(int folder, const char* path, int flags, mode_t mode) {
  const int below = is_below(folder, path);
  const int writes = (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0;
  if (below && writes && fails("open")) return -1;
  const int file = REAL(openat)(folder, path, flags, mode);
  set_use(file, below ? (writes ? kWrites : kReads) : kNone);
  return file;
}

#define OPEN_AT(folder)                       \
  mode_t mode = 0;                            \
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) { \
    va_list more;                             \
    va_start(more, flags);                    \
    mode = va_arg(more, mode_t);              \
    va_end(more);                             \
  }                                           \
  return opened(folder, path, flags, mode)

int open(const char* path, int flags, ...) {
  OPEN_AT(AT_FDCWD);
}
int open64(const char* path, int flags, ...) {
  OPEN_AT(AT_FDCWD);
}
int openat(int folder, const char* path, int flags, ...) {
  OPEN_AT(folder);
}
int openat64(int folder, const char* path, int flags, ...) {
  OPEN_AT(folder);
}

static FILE* opened_stream(const char* path, const char* mode,
                           FILE* (*open_it)(const char*, const char*)) {
  const int writes = strpbrk(mode, "wa+") != NULL && is_below(AT_FDCWD, path);
  if (writes && fails("open")) return NULL;
  FILE* file = open_it(path, mode);
  if (file != NULL) set_use(fileno(file), writes ? kWrites : kNone);
  return file;
}

FILE* fopen(const char* path, const char* mode) {
  return opened_stream(path, mode, REAL(fopen));
}
FILE* fopen64(const char* path, const char* mode) {
  return opened_stream(path, mode, REAL(fopen64));
}

/* How much of `size` bytes to write; -1: none, errno is set. */
static ssize_t share(size_t size, int* kills) {
  *kills = 0;
  if (!is_due("write")) return (ssize_t)size;
  *kills = is_kind("kill");
  if (*kills || is_kind("short")) return (ssize_t)(size > 1 ? size / 2 : size);
  errno = is_kind("eio") ? EIO : ENOSPC;
  return -1;
}

ssize_t write(int file, const void* bytes, size_t size) {
  if (use_of(file) != kWrites || size == 0) return REAL(write)(file, bytes, size);
  int kills;
  const ssize_t part = share(size, &kills);
  if (part < 0) return -1;
  const ssize_t done = REAL(write)(file, bytes, (size_t)part);
  if (kills) die();
  return done;
}

ssize_t writev(int file, const struct iovec* pieces, int count) {
  if (use_of(file) != kWrites) return REAL(writev)(file, pieces, count);
  ssize_t all = 0;
  for (int i = 0; i < count; ++i) {
    if (pieces[i].iov_len == 0) continue;
    const ssize_t done = write(file, pieces[i].iov_base, pieces[i].iov_len);
    if (done < 0) return all > 0 ? all : -1;
    all += done;
    if ((size_t)done < pieces[i].iov_len) break;
  }
  return all;
}

size_t fwrite(const void* bytes, size_t size, size_t count, FILE* file) {
  if (use_of(fileno(file)) != kWrites) return REAL(fwrite)(bytes, size, count, file);
  int kills;
  const ssize_t part = share(count, &kills);
  if (part < 0) return 0;
  const size_t done = REAL(fwrite)(bytes, size, (size_t)part, file);
  if (kills) {
    fflush(file);
    die();
  }
  return done;
}

int fsync(int file) {
  return use_of(file) != kNone && fails("fsync") ? -1 : REAL(fsync)(file);
}

int fdatasync(int file) {
  return use_of(file) != kNone && fails("fsync") ? -1 : REAL(fdatasync)(file);
}

int ftruncate(int file, off_t size) {
  return use_of(file) != kNone && fails("truncate") ? -1 : REAL(ftruncate)(file, size);
}

int fchmod(int file, mode_t mode) {
  return use_of(file) != kNone && fails("chmod") ? -1 : REAL(fchmod)(file, mode);
}

int fchown(int file, uid_t user, gid_t group) {
  return use_of(file) != kNone && fails("chown") ? -1 : REAL(fchown)(file, user, group);
}

int close(int file) {
  const int counts = use_of(file) == kWrites;
  set_use(file, kNone);
  const int failed = counts && fails("close");
  const int code = errno;
  const int result = REAL(close)(file);
  if (!failed) return result;
  errno = code;
  return -1;
}

int fclose(FILE* file) {
  const int descriptor = fileno(file);
  const int counts = use_of(descriptor) == kWrites;
  set_use(descriptor, kNone);
  const int failed = counts && fails("close");
  const int code = errno;
  const int result = REAL(fclose)(file);
  if (!failed) return result;
  errno = code;
  return EOF;
}

int rename(const char* from, const char* to) {
  const int below = is_below(AT_FDCWD, from) || is_below(AT_FDCWD, to);
  return below && fails("rename") ? -1 : REAL(rename)(from, to);
}

int mkdir(const char* path, mode_t mode) {
  return is_below(AT_FDCWD, path) && fails("mkdir") ? -1 : REAL(mkdir)(path, mode);
}

int rmdir(const char* path) {
  return is_below(AT_FDCWD, path) && fails("rmdir") ? -1 : REAL(rmdir)(path);
}

int unlink(const char* path) {
  return is_below(AT_FDCWD, path) && fails("unlink") ? -1 : REAL(unlink)(path);
}

int unlinkat(int folder, const char* path, int flags) {
  return is_below(folder, path) && fails("unlink") ? -1 : REAL(unlinkat)(folder, path, flags);
}

int remove(const char* path) {
  return is_below(AT_FDCWD, path) && fails("unlink") ? -1 : REAL(remove)(path);
}

int link(const char* from, const char* to) {
  return is_below(AT_FDCWD, to) && fails("link") ? -1 : REAL(link)(from, to);
}

int symlink(const char* from, const char* to) {
  return is_below(AT_FDCWD, to) && fails("link") ? -1 : REAL(symlink)(from, to);
}
