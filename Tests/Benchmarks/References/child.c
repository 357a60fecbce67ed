// Reports that it runs, as "NAME PID NANOSECONDS" on a datagram socket, and waits to be ended.
// Usage: child SOCKET NAME
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  if (argc != 3) return 64;
  char report[256];
  int length = snprintf(report, sizeof report, "%s %d %lld", argv[2], (int)getpid(),
                        time.tv_sec * 1000000000LL + time.tv_nsec);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  int reporter = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sendto(reporter, report, length, 0, (struct sockaddr *)&address, sizeof address);
  close(reporter);
  while (1) pause();
}
