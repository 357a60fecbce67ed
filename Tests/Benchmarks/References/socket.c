// How many answers a second a Unix socket gives on one kept connection, and how long the slowest of a hundred takes;
// and, to compare with, a server that does nothing but give the same 4,096 bytes each time.
//
// Usage: socket serve PATH
//        socket ask http|haproxy PATH COUNT answers|p99     prints answers a second, or the 99th percentile in ms
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char buffer[4 << 20];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_un address(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) exit(64);
  strcpy(address.sun_path, path);
  return address;
}

static void say(int peer, const char *text, size_t length) {
  while (length > 0) {
    ssize_t sent = send(peer, text, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) die("send");
    if (sent > 0) text += sent, length -= sent;
  }
}

// Serves one peer after the other, each until it goes.
static void serve(const char *path) {
  struct sockaddr_un at = address(path);
  int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listening < 0 || bind(listening, (void *)&at, sizeof at) || listen(listening, 8)) die(path);
  static char answer[4500];
  int head = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4096\r\n\r\n");
  memset(answer + head, 'x', 4096);
  for (;;) {
    int peer = accept4(listening, 0, 0, SOCK_CLOEXEC);
    if (peer < 0) die("accept");
    size_t held = 0;
    for (;;) {
      ssize_t got = recv(peer, buffer + held, 16384 - held, 0);
      if (got <= 0) break;
      held += got;
      buffer[held] = 0;
      char *end;
      while ((end = strstr(buffer, "\r\n\r\n"))) {
        say(peer, answer, head + 4096);
        held -= end + 4 - buffer;
        memmove(buffer, end + 4, held + 1);
      }
    }
    close(peer);
  }
}

static size_t more(int peer, size_t held) {
  ssize_t got = recv(peer, buffer + held, sizeof buffer - 1 - held, 0);
  if (got <= 0) die("the answer broke off");
  buffer[held + got] = 0;
  return held + got;
}

static void http(int peer) {
  size_t held = 0;
  char *end;
  do held = more(peer, held);
  while (!(end = strstr(buffer, "\r\n\r\n")));
  char *length = strcasestr(buffer, "content-length:");
  if (strncmp(buffer, "HTTP/1.1 200", 12) || !length || length > end) {
    fprintf(stderr, "no such answer: %.200s\n", buffer);
    exit(1);
  }
  size_t whole = end + 4 - buffer + strtoul(length + 15, 0, 10);
  while (held < whole) held = more(peer, held);
}

// An interactive answer of HAProxy's ends with its prompt.
static void haproxy(int peer) {
  size_t held = 0;
  do held = more(peer, held);
  while (held < 3 || memcmp(buffer + held - 3, "\n> ", 3));
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static int ascending(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

int main(int argc, char **argv) {
  if (argc == 3 && !strcmp(argv[1], "serve")) serve(argv[2]);
  if (argc != 6 || strcmp(argv[1], "ask")) return 64;
  int is_http = !strcmp(argv[2], "http");
  const char *question = is_http ? "GET /v1/status HTTP/1.1\r\nHost: steward\r\n\r\n" : "show stat\n";
  void (*answer)(int) = is_http ? http : haproxy;
  struct sockaddr_un at = address(argv[3]);
  int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), tries = 0;
  // Whoever serves may just be starting.
  while (connect(peer, (void *)&at, sizeof at)) {
    if (++tries > 1000) die(argv[3]);
    usleep(10000);
  }
  if (!is_http) say(peer, "prompt\n", 7), haproxy(peer);
  long count = atol(argv[4]), warm = count / 10;
  double *took = malloc(count * sizeof *took), began = 0;
  for (long asked = -warm; asked < count; asked++) {
    double from = now();
    if (asked == 0) began = from;
    say(peer, question, strlen(question));
    answer(peer);
    if (asked >= 0) took[asked] = now() - from;
  }
  double all = now() - began;
  qsort(took, count, sizeof *took, ascending);
  double p99 = took[(count * 99 + 99) / 100 - 1] * 1e3;
  printf("%f\n", !strcmp(argv[5], "p99") ? p99 : count / all);
  return 0;
}
