// Functions that the archives linked by Scripts/link-static take from a newer C library than they need, so that
// the result runs on glibc 2.34 as well.
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>

// since 2.36
uint32_t arc4random(void) {
  uint32_t value;
  while (getrandom(&value, sizeof value, 0) != sizeof value) {
  }
  return value;
}

// since 2.35 with another version, which no longer sets errno
#ifdef __x86_64__
#define OLD "GLIBC_2.2.5"
#else
#define OLD "GLIBC_2.17"
#endif
double old_hypot(double x, double y);
float old_hypotf(float x, float y);
__asm__(".symver old_hypot, hypot@" OLD);
__asm__(".symver old_hypotf, hypotf@" OLD);
double hypot(double x, double y) { return old_hypot(x, y); }
float hypotf(float x, float y) { return old_hypotf(x, y); }

// since 2.35: where the unwinding tables of an address are; libgcc's archive asks for it
struct found {
  unsigned long long flags;
  void *start, *end, *map, *tables;
  unsigned long long reserved[7];
};

struct search {
  uintptr_t address;
  struct found *found;
};

static int look(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  struct search *search = data;
  const ElfW(Phdr) *tables = NULL;
  int holds = 0;
  uintptr_t start = UINTPTR_MAX, end = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    if (header->p_type == PT_GNU_EH_FRAME) tables = header;
    if (header->p_type != PT_LOAD) continue;
    uintptr_t from = info->dlpi_addr + header->p_vaddr, to = from + header->p_memsz;
    if (search->address >= from && search->address < to) holds = 1;
    if (from < start) start = from;
    if (to > end) end = to;
  }
  if (!holds) return 0;
  if (!tables) return -1;
  search->found->start = (void *)start;
  search->found->end = (void *)end;
  search->found->tables = (void *)(info->dlpi_addr + tables->p_vaddr);
  return 1;
}

// a newer header declares it with another name of the structure
int find_object(void *address, struct found *found) __asm__("_dl_find_object");
int find_object(void *address, struct found *found) {
  *found = (struct found){0};
  struct search search = {(uintptr_t)address, found};
  return dl_iterate_phdr(look, &search) == 1 ? 0 : -1;
}
