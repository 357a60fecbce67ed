#pragma once
#include <stdbool.h>
#include <stdint.h>

// A disk that fails on demand, for SQLite: a VFS around the system's own, registered as the default one, which counts
// what changes the files below one folder and makes a chosen change go wrong.
//
// It also knows what a power cut would leave: each file as it was at its last sync, plus any subset, in any order, of
// the 512-byte sectors written since; and an entry of the folder only for sure once the folder was synced. One disk
// at a time.

enum disk_operation {
  DISK_WRITE = 1,
  DISK_SYNC,
  DISK_TRUNCATE,
  DISK_CREATE,
  DISK_DELETE,
  DISK_GROW_SHARED_MEMORY,
};

enum disk_fault {
  // Nothing goes wrong: the changes are counted.
  DISK_SOUND,
  // The change is not made, and that is said. Of a sync, an arbitrary part reaches the disk and the rest never will.
  DISK_FAILS,
  // The first half of a write is made, and an error is said.
  DISK_SHORT,
  // There is no space, from here until `disk_make_room`; the first half of the write that meets it is made.
  DISK_FULL,
  // The machine loses power during this change: it and everything after it fails.
  DISK_LOSES_POWER,
  // A write is said to be made, and synced, and is not: a lie that no program can see through.
  DISK_LOSES_WRITE,
};

// Puts the disk under the files of `folder`; the `strike`th change from here, counted from 0, meets `fault`.
void disk_insert(const char *folder, int64_t strike, enum disk_fault fault, uint64_t seed);
// How many changes were made or tried.
int64_t disk_changes(void);
// What the `index`th change was.
enum disk_operation disk_change(int64_t index);
// Whether the fault was met.
bool disk_struck(void);
// Ends a full disk.
void disk_make_room(void);
// Takes the disk away, once every file on it is closed. With `power_cut`, what a power cut leaves is put in the
// files' place.
void disk_remove(bool power_cut);
