// Makes the n-th call fail that writes to a folder: loaded into idql with LD_PRELOAD by
// Scripts/campaign.
//
//   IDQL_FAULT_ROOT     the folder (an absolute path); calls on other files are neither counted nor
//   failed IDQL_FAULT_NUMBER   which call fails, from 1; 0 for none IDQL_FAULT_ERRNO    with which
//   error number IDQL_FAULT_REPEATS  whether all later calls fail too, as on a disk that stays full
//   IDQL_FAULT_PROGRAM  the program whose calls count, by its name IDQL_FAULT_LOG      file
//   (outside of the folder) for one line per call that counts
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long call_count;

static const char *setting(const char *name) {
  const char *text = getenv(name);
  return text ? text : "";
}

static int is_our_program(void) {
  const char *program = getenv("IDQL_FAULT_PROGRAM");
  return program && strcmp(program, program_invocation_short_name) == 0;
}

static int is_in_root(const char *path) {
  const char *root = setting("IDQL_FAULT_ROOT");
  size_t length = strlen(root);
  char absolute[2 * PATH_MAX];
  if (!length || !path) return 0;
  if (path[0] != '/') {
    char folder[PATH_MAX];
    if (!getcwd(folder, sizeof folder)) return 0;
    snprintf(absolute, sizeof absolute, "%s/%s", folder, path);
    path = absolute;
  }
  return strncmp(path, root, length) == 0;
}

static const char *path_of(int descriptor, char *buffer) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, buffer, PATH_MAX - 1);
  if (length < 0) return NULL;
  buffer[length] = 0;
  return buffer;
}

// whether this call has to fail; errno is set then
static int fails(const char *name, const char *path) {
  if (!is_our_program() || !is_in_root(path)) return 0;
  long number = atomic_fetch_add(&call_count, 1) + 1;
  const char *log = getenv("IDQL_FAULT_LOG");
  if (log) {
    int (*system_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    ssize_t (*system_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    int descriptor = system_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path);
    if (descriptor >= 0) {
      if (system_write(descriptor, line, (size_t)length) < 0) { /* nothing to be done */ }
      close(descriptor);
    }
  }
  long wanted = atol(setting("IDQL_FAULT_NUMBER"));
  int repeats = atoi(setting("IDQL_FAULT_REPEATS"));
  if (wanted == 0 || (repeats ? number < wanted : number != wanted)) return 0;
  errno = atoi(setting("IDQL_FAULT_ERRNO"));
  return 1;
}

static int fails_on(const char *name, int descriptor) {
  char buffer[PATH_MAX];
  return descriptor != STDERR_FILENO && fails(name, path_of(descriptor, buffer));
}

#define SYSTEM(result, name, ...) \
  static result (*system_##name)(__VA_ARGS__); \
  if (!system_##name) system_##name = dlsym(RTLD_NEXT, #name)

static int mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, int) : 0;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    SYSTEM(int, name, const char *, int, ...); \
    va_list arguments; \
    va_start(arguments, flags); \
    int mode = mode_of(flags, arguments); \
    va_end(arguments); \
    return fails(#name, path) ? -1 : system_##name(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    SYSTEM(int, name, int, const char *, int, ...); \
    va_list arguments; \
    va_start(arguments, flags); \
    int mode = mode_of(flags, arguments); \
    va_end(arguments); \
    int counts = folder == AT_FDCWD || path[0] == '/'; \
    return counts && fails(#name, path) ? -1 : system_##name(folder, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int descriptor, const void *bytes, size_t count) {
  SYSTEM(ssize_t, write, int, const void *, size_t);
  return fails_on("write", descriptor) ? -1 : system_write(descriptor, bytes, count);
}

#define PWRITE(name, offset) \
  ssize_t name(int descriptor, const void *bytes, size_t count, offset position) { \
    SYSTEM(ssize_t, name, int, const void *, size_t, offset); \
    return fails_on(#name, descriptor) ? -1 : system_##name(descriptor, bytes, count, position); \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define ON_DESCRIPTOR(name) \
  int name(int descriptor) { \
    SYSTEM(int, name, int); \
    return fails_on(#name, descriptor) ? -1 : system_##name(descriptor); \
  }
ON_DESCRIPTOR(fsync)
ON_DESCRIPTOR(fdatasync)

#define TRUNCATE(name, offset) \
  int name(int descriptor, offset length) { \
    SYSTEM(int, name, int, offset); \
    return fails_on(#name, descriptor) ? -1 : system_##name(descriptor, length); \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
  SYSTEM(int, rename, const char *, const char *);
  return fails("rename", to) ? -1 : system_rename(from, to);
}

int mkdir(const char *path, mode_t mode) {
  SYSTEM(int, mkdir, const char *, mode_t);
  return fails("mkdir", path) ? -1 : system_mkdir(path, mode);
}

// what is only read counts as well: a disk that fails does not ask
ssize_t read(int descriptor, void *bytes, size_t count) {
  SYSTEM(ssize_t, read, int, void *, size_t);
  return fails_on("read", descriptor) ? -1 : system_read(descriptor, bytes, count);
}

#define PREAD(name, offset) \
  ssize_t name(int descriptor, void *bytes, size_t count, offset position) { \
    SYSTEM(ssize_t, name, int, void *, size_t, offset); \
    return fails_on(#name, descriptor) ? -1 : system_##name(descriptor, bytes, count, position); \
  }
PREAD(pread, off_t)
PREAD(pread64, off64_t)
