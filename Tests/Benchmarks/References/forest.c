// Makes COUNT folders of 100 files, every other one 60 days old; what was there is written anew.
// Usage: forest FOLDER COUNT
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  char path[4096];
  mkdir(argv[1], 0755);
  struct timespec old[2] = {{time(0) - 60 * 86400, 0}, {time(0) - 60 * 86400, 0}};
  for (int folder = 0; folder < atoi(argv[2]); folder++) {
    snprintf(path, sizeof path, "%s/%03d", argv[1], folder);
    mkdir(path, 0755);
    for (int file = 0; file < 100; file++) {
      snprintf(path, sizeof path, "%s/%03d/web-%02d.log", argv[1], folder, file);
      int made = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
      if (made < 0 || ftruncate(made, 0) || write(made, "a line\n", 7) != 7) return 1;
      if (file % 2 && futimens(made, old)) return 1;
      close(made);
    }
  }
  return 0;
}
