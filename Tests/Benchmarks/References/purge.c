// Unlinks every file of the folder's folders that is older than 30 days, on two threads, with nothing else asked.
// Usage: purge FOLDER
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char *folders[100000];
static int count, next, root;
static time_t limit;

static void *work(void *nothing) {
  int mine;
  while ((mine = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED)) < count) {
    int descriptor = openat(root, folders[mine], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fdopendir(descriptor);
    struct dirent *entry;
    struct stat status;
    while ((entry = readdir(folder)))
      if (!fstatat(descriptor, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) && S_ISREG(status.st_mode) &&
          status.st_mtime < limit)
        unlinkat(descriptor, entry->d_name, 0);
    closedir(folder);
  }
  return nothing;
}

int main(int argc, char **argv) {
  if (argc != 2) return 64;
  limit = time(0) - 30 * 86400;
  root = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = opendir(argv[1]);
  struct dirent *entry;
  while ((entry = readdir(folder)) && count < 100000)
    if (entry->d_name[0] != '.') folders[count++] = strdup(entry->d_name);
  pthread_t threads[2];
  for (int thread = 0; thread < 2; thread++) pthread_create(&threads[thread], 0, work, 0);
  for (int thread = 0; thread < 2; thread++) pthread_join(threads[thread], 0);
  return 0;
}
