#include "CFaultyDisk.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, CHANGES_MAX = 1 << 16 };

// A change of a file that no sync covers yet: bytes, or a new length where `bytes` is NULL.
struct pending {
  int64_t offset;
  int64_t length;
  uint8_t *bytes;
};

// A file as a power cut would find it.
struct image {
  struct image *next;
  char *path;
  // Its name leads to it now, and after a power cut.
  bool linked, linked_for_sure;
  uint8_t *bytes;
  int64_t length;
  struct pending *pending;
  int64_t count, capacity;
};

struct file {
  sqlite3_file base;
  struct image *image;
  // The next sync covers the folder too, as the system's VFS does for a journal and a write-ahead log it made.
  bool syncs_folder;
  // Of the system's VFS; it lies behind this.
  sqlite3_file *real;
};

static struct {
  pthread_mutex_t lock;
  sqlite3_vfs vfs, *real;
  char folder[512];
  int64_t strike, changes;
  uint8_t operations[CHANGES_MAX];
  enum disk_fault fault;
  bool struck, full, dead;
  uint64_t dice;
  struct image *images;
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};

// splitmix64, so that a seed brings a failure back.
static uint64_t roll(void) {
  uint64_t word = disk.dice += 0x9e3779b97f4a7c15;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

static bool chance(unsigned percent) { return roll() % 100 < percent; }

// MARK: What survives

static void apply(struct image *image, struct pending change, int64_t from, int64_t length) {
  int64_t end = change.bytes ? change.offset + from + length : change.offset;
  if (end > image->length) {
    image->bytes = realloc(image->bytes, end);
    memset(image->bytes + image->length, 0, end - image->length);
    image->length = end;
  }
  if (change.bytes) {
    memcpy(image->bytes + change.offset + from, change.bytes + from, length);
  } else {
    image->length = end;
  }
}

static void forget_pending(struct image *image) {
  for (int64_t index = 0; index < image->count; index++) free(image->pending[index].bytes);
  image->count = 0;
}

static void settle(struct image *image) {
  for (int64_t index = 0; index < image->count; index++) {
    apply(image, image->pending[index], 0, image->pending[index].length);
  }
  forget_pending(image);
}

// Lets an arbitrary part of what is pending reach the disk, sector by sector, in arbitrary order.
static void settle_in_part(struct image *image) {
  struct piece { int64_t change, from, length; } *pieces = NULL;
  int64_t count = 0, capacity = 0;
  for (int64_t index = 0; index < image->count; index++) {
    struct pending change = image->pending[index];
    int64_t from = 0;
    do {
      int64_t rest = change.length - from, room = SECTOR - (change.offset + from) % SECTOR;
      int64_t length = rest < room ? rest : room;
      if (count == capacity) pieces = realloc(pieces, (capacity = capacity * 2 + 64) * sizeof *pieces);
      pieces[count++] = (struct piece){index, from, length};
      from += length;
    } while (from < change.length);
  }
  static const unsigned shares[] = {0, 10, 50, 90, 100};
  unsigned share = shares[roll() % 5];
  if (chance(75)) {
    for (int64_t index = count; index > 1; index--) {
      int64_t other = roll() % index;
      struct piece piece = pieces[other];
      pieces[other] = pieces[index - 1];
      pieces[index - 1] = piece;
    }
  }
  for (int64_t index = 0; index < count; index++) {
    if (chance(share)) apply(image, image->pending[pieces[index].change], pieces[index].from, pieces[index].length);
  }
  free(pieces);
  forget_pending(image);
}

static void settle_folder(void) {
  for (struct image *image = disk.images; image; image = image->next) image->linked_for_sure = image->linked;
}

static void await_sync(struct image *image, int64_t offset, int64_t length, const void *bytes) {
  if (image->count == image->capacity) {
    image->capacity = image->capacity * 2 + 16;
    image->pending = realloc(image->pending, image->capacity * sizeof *image->pending);
  }
  uint8_t *copy = NULL;
  if (bytes) memcpy(copy = malloc(length), bytes, length);
  image->pending[image->count++] = (struct pending){offset, length, copy};
}

static struct image *find(const char *path) {
  for (struct image *image = disk.images; image; image = image->next) {
    if (image->linked && strcmp(image->path, path) == 0) return image;
  }
  return NULL;
}

static struct image *add(const char *path, bool for_sure) {
  struct image *image = calloc(1, sizeof *image);
  *image = (struct image){.next = disk.images, .path = strdup(path), .linked = true, .linked_for_sure = for_sure};
  return disk.images = image;
}

// A file that was there before the disk was: all of it is on it.
static struct image *take_over(const char *path) {
  struct stat status;
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || fstat(descriptor, &status) != 0) return NULL;
  struct image *image = add(path, true);
  image->bytes = malloc(status.st_size + 1);
  image->length = pread(descriptor, image->bytes, status.st_size, 0);
  close(descriptor);
  return image;
}

static void put(const char *path, const uint8_t *bytes, int64_t length) {
  int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0 || write(descriptor, bytes, length) != length) abort();
  close(descriptor);
}

// The index of the shared memory is never synced: it may be there, be gone, or hold anything.
static void disturb_shared_memory(const char *database) {
  char path[600];
  snprintf(path, sizeof path, "%s-shm", database);
  struct stat status;
  if (stat(path, &status) != 0) return;
  if (chance(33)) {
    unlink(path);
  } else if (chance(50)) {
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    for (int64_t offset = 0; offset + 8 <= status.st_size; offset += 8) {
      uint64_t word = roll();
      if (pwrite(descriptor, &word, 8, offset) != 8) abort();
    }
    close(descriptor);
  }
}

// MARK: What goes wrong

// Counts a change and says what it meets. The lock is held.
static enum disk_fault meet(enum disk_operation operation) {
  int64_t index = disk.changes++;
  if (index < CHANGES_MAX) disk.operations[index] = operation;
  if (disk.dead) return DISK_LOSES_POWER;
  if (disk.full && operation != DISK_SYNC && operation != DISK_DELETE && operation != DISK_TRUNCATE) return DISK_FULL;
  if (index != disk.strike || disk.fault == DISK_SOUND) return DISK_SOUND;
  disk.struck = true;
  if (disk.fault == DISK_LOSES_POWER) disk.dead = true;
  if (disk.fault == DISK_FULL) disk.full = true;
  return disk.fault;
}

static struct file *ours(sqlite3_file *file) { return (struct file *)file; }
static sqlite3_file *real(sqlite3_file *file) { return ours(file)->real; }

static int disk_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
  struct image *image = ours(file)->image;
  if (!image) return real(file)->pMethods->xWrite(real(file), bytes, length, offset);
  pthread_mutex_lock(&disk.lock);
  bool was_dead = disk.dead;
  enum disk_fault fault = meet(DISK_WRITE);
  int made = length;
  if (fault == DISK_FAILS || was_dead) made = 0;
  if (fault == DISK_SHORT || fault == DISK_FULL) made = length / 2;
  if (fault == DISK_LOSES_WRITE) made = 0;
  int code = SQLITE_OK;
  if (made) {
    await_sync(image, offset, made, bytes);
    code = real(file)->pMethods->xWrite(real(file), bytes, made, offset);
  }
  pthread_mutex_unlock(&disk.lock);
  switch (fault) {
  case DISK_SOUND: case DISK_LOSES_WRITE: return code;
  case DISK_FULL: return SQLITE_FULL;
  default: return SQLITE_IOERR_WRITE;
  }
}

static int disk_sync(sqlite3_file *file, int flags) {
  struct image *image = ours(file)->image;
  if (!image) return real(file)->pMethods->xSync(real(file), flags);
  pthread_mutex_lock(&disk.lock);
  bool was_dead = disk.dead;
  enum disk_fault fault = meet(DISK_SYNC);
  bool fails = fault != DISK_SOUND && fault != DISK_LOSES_WRITE;
  if (!fails) {
    settle(image);
    if (ours(file)->syncs_folder) settle_folder();
    ours(file)->syncs_folder = false;
  } else if (!was_dead) {
    // The kernel marks the pages as clean all the same: a later sync says that all is well.
    settle_in_part(image);
  }
  pthread_mutex_unlock(&disk.lock);
  return fails ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 length) {
  struct image *image = ours(file)->image;
  if (!image) return real(file)->pMethods->xTruncate(real(file), length);
  pthread_mutex_lock(&disk.lock);
  enum disk_fault fault = meet(DISK_TRUNCATE);
  int code = SQLITE_IOERR_TRUNCATE;
  if (fault == DISK_SOUND || fault == DISK_LOSES_WRITE) {
    await_sync(image, length, 0, NULL);
    code = real(file)->pMethods->xTruncate(real(file), length);
  }
  pthread_mutex_unlock(&disk.lock);
  return code;
}

static int disk_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory) {
  if (ours(file)->image && extend) {
    pthread_mutex_lock(&disk.lock);
    enum disk_fault fault = meet(DISK_GROW_SHARED_MEMORY);
    pthread_mutex_unlock(&disk.lock);
    if (fault == DISK_FULL) return SQLITE_IOERR_SHMSIZE;
    if (fault != DISK_SOUND && fault != DISK_LOSES_WRITE) return SQLITE_IOERR_SHMMAP;
  }
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, memory);
}

static int disk_close(sqlite3_file *file) { return real(file)->pMethods->xClose(real(file)); }
static int disk_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset) {
  return real(file)->pMethods->xRead(real(file), bytes, length, offset);
}
static int disk_size(sqlite3_file *file, sqlite3_int64 *size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
static int disk_lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int disk_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
static int disk_check_lock(sqlite3_file *file, int *held) {
  return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
static int disk_control(sqlite3_file *file, int what, void *argument) {
  return real(file)->pMethods->xFileControl(real(file), what, argument);
}
static int disk_sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int disk_characteristics(sqlite3_file *file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
static int disk_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
static void disk_shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }
static int disk_shm_unmap(sqlite3_file *file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

// Version 2: without mapped files, past which nothing could be counted.
static const sqlite3_io_methods methods = {
  .iVersion = 2, .xClose = disk_close, .xRead = disk_read, .xWrite = disk_write, .xTruncate = disk_truncate,
  .xSync = disk_sync, .xFileSize = disk_size, .xLock = disk_lock, .xUnlock = disk_unlock,
  .xCheckReservedLock = disk_check_lock, .xFileControl = disk_control, .xSectorSize = disk_sector_size,
  .xDeviceCharacteristics = disk_characteristics, .xShmMap = disk_map, .xShmLock = disk_shm_lock,
  .xShmBarrier = disk_shm_barrier, .xShmUnmap = disk_shm_unmap,
};

static bool holds(const char *path) {
  size_t length = strlen(disk.folder);
  return path && strncmp(path, disk.folder, length) == 0 && path[length] == '/';
}

static int disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *opened) {
  (void)vfs;
  struct file *made = ours(file);
  *made = (struct file){.real = (sqlite3_file *)(made + 1)};
  memset(made->real, 0, disk.real->szOsFile);
  bool is_kept = holds(path) && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL);
  pthread_mutex_lock(&disk.lock);
  bool is_new = is_kept && flags & SQLITE_OPEN_CREATE && access(path, F_OK) != 0;
  enum disk_fault fault = is_new ? meet(DISK_CREATE) : DISK_SOUND;
  int code = SQLITE_CANTOPEN;
  if (fault == DISK_SOUND || fault == DISK_LOSES_WRITE) {
    code = disk.real->xOpen(disk.real, path, made->real, flags, opened);
  }
  if (code == SQLITE_OK && is_kept) {
    made->image = find(path);
    if (!made->image) made->image = is_new ? add(path, false) : take_over(path);
    made->syncs_folder = flags & SQLITE_OPEN_CREATE && flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL);
  }
  pthread_mutex_unlock(&disk.lock);
  if (made->real->pMethods) made->base.pMethods = &methods;
  return code;
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int sync_folder) {
  (void)vfs;
  if (!holds(path) || access(path, F_OK) != 0) return disk.real->xDelete(disk.real, path, sync_folder);
  pthread_mutex_lock(&disk.lock);
  enum disk_fault fault = meet(DISK_DELETE);
  int code = SQLITE_IOERR_DELETE;
  if (fault == DISK_SOUND || fault == DISK_LOSES_WRITE) {
    struct image *image = find(path);
    if (!image) image = take_over(path);
    if (image) image->linked = false;
    code = disk.real->xDelete(disk.real, path, 0);
    if (sync_folder) settle_folder();
  }
  pthread_mutex_unlock(&disk.lock);
  return code;
}

// MARK: The disk

void disk_insert(const char *folder, int64_t strike, enum disk_fault fault, uint64_t seed) {
  snprintf(disk.folder, sizeof disk.folder, "%s", folder);
  disk.strike = strike;
  disk.fault = fault;
  disk.dice = seed;
  disk.changes = 0;
  disk.struck = disk.full = disk.dead = false;
  disk.real = sqlite3_vfs_find(NULL);
  disk.vfs = *disk.real;
  disk.vfs.zName = "faulty";
  disk.vfs.pNext = NULL;
  disk.vfs.szOsFile = (int)sizeof(struct file) + disk.real->szOsFile;
  disk.vfs.xOpen = disk_open;
  disk.vfs.xDelete = disk_delete;
  sqlite3_vfs_register(&disk.vfs, 1);
}

int64_t disk_changes(void) { return disk.changes; }
enum disk_operation disk_change(int64_t index) { return disk.operations[index]; }
bool disk_struck(void) { return disk.struck; }
void disk_make_room(void) { disk.full = false; }

// What `path` leads to after a power cut: what it led to for sure, or what it leads to now, or nothing.
static void restore(const char *path) {
  struct image *now = NULL, *sure = NULL;
  for (struct image *image = disk.images; image; image = image->next) {
    if (strcmp(image->path, path) != 0) continue;
    if (image->linked) now = image;
    if (image->linked_for_sure) sure = image;
  }
  struct image *found = now == sure || chance(50) ? now : sure;
  unlink(path);
  if (!found) return;
  settle_in_part(found);
  put(path, found->bytes, found->length);
}

void disk_remove(bool power_cut) {
  sqlite3_vfs_unregister(&disk.vfs);
  sqlite3_vfs_register(disk.real, 1);
  for (struct image *image = disk.images; power_cut && image; image = image->next) {
    bool is_first = true;
    for (struct image *other = disk.images; other != image; other = other->next) {
      if (strcmp(other->path, image->path) == 0) is_first = false;
    }
    if (!is_first) continue;
    restore(image->path);
    disturb_shared_memory(image->path);
  }
  while (disk.images) {
    struct image *image = disk.images;
    disk.images = image->next;
    forget_pending(image);
    free(image->pending);
    free(image->bytes);
    free(image->path);
    free(image);
  }
}
