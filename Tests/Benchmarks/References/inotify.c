// From a rename to the return of the read that tells of it, in another thread: the 99th of 100, in milliseconds.
// Usage: inotify FOLDER EDITS
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

static const char *folder;
static int watch;
static double heard;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void *listen_to(void *nothing) {
  char buffer[4096];
  while (read(watch, buffer, sizeof buffer) > 0) {
    pthread_mutex_lock(&mutex);
    heard = now();
    pthread_cond_signal(&bell);
    pthread_mutex_unlock(&mutex);
  }
  return nothing;
}

static int compare(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return difference < 0 ? -1 : difference > 0;
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  folder = argv[1];
  int edits = atoi(argv[2]);
  double *took = calloc(edits, sizeof *took);
  char from[4096], to[4096];
  snprintf(from, sizeof from, "%s/file~", folder);
  snprintf(to, sizeof to, "%s/file", folder);
  watch = inotify_init1(IN_CLOEXEC);
  if (inotify_add_watch(watch, folder, IN_MOVED_TO) < 0) return 1;
  pthread_t thread;
  pthread_create(&thread, 0, listen_to, 0);
  for (int edit = 0; edit < edits; edit++) {
    usleep(20000);
    fclose(fopen(from, "w"));
    pthread_mutex_lock(&mutex);
    heard = 0;
    double began = now();
    if (rename(from, to)) return 1;
    while (!heard) pthread_cond_wait(&bell, &mutex);
    took[edit] = heard - began;
    pthread_mutex_unlock(&mutex);
  }
  qsort(took, edits, sizeof *took, compare);
  printf("%f\n", took[(edits * 99 + 99) / 100 - 1]);
  return 0;
}
