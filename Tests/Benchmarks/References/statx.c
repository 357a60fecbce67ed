// Milliseconds to list a folder and to statx every file in it.
// Usage: statx FOLDER
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

int main(int argc, char **argv) {
  if (argc != 2) return 64;
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  DIR *folder = opendir(argv[1]);
  if (!folder) return 1;
  struct dirent *entry;
  struct statx status;
  long files = 0;
  while ((entry = readdir(folder)))
    if (!statx(dirfd(folder), entry->d_name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &status) &&
        S_ISREG(status.stx_mode))
      files++;
  closedir(folder);
  clock_gettime(CLOCK_MONOTONIC, &end);
  if (!files) return 1;
  printf("%f\n", (end.tv_sec - begin.tv_sec) * 1e3 + (end.tv_nsec - begin.tv_nsec) / 1e6);
  return 0;
}
