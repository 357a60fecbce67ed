// Durable events a second through libsqlite3 and nothing else: write-ahead log, synchronous FULL, one prepared INSERT,
// a table with the columns of Steward's and no index, no trigger, no hash.
// Usage: log FILE TRANSACTIONS EVENTS-EACH
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void run(const char *sql) {
  if (sqlite3_exec(db, sql, 0, 0, 0)) {
    fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
    exit(1);
  }
}

static void require(const char *sql, const char *wanted) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, 0) || sqlite3_step(statement) != SQLITE_ROW ||
      strcmp((const char *)sqlite3_column_text(statement, 0), wanted)) {
    fprintf(stderr, "%s is not %s\n", sql, wanted);
    exit(1);
  }
  sqlite3_finalize(statement);
}

int main(int argc, char **argv) {
  if (argc != 4 || sqlite3_open(argv[1], &db)) return 64;
  long transactions = atol(argv[2]), each = atol(argv[3]);
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = FULL");
  require("PRAGMA journal_mode", "wal");
  require("PRAGMA synchronous", "2");
  run("CREATE TABLE events (sequence INTEGER PRIMARY KEY, instant INTEGER, environment TEXT, controller TEXT,"
      "resource TEXT, kind TEXT, severity TEXT, actor TEXT, cause INTEGER, message TEXT, body TEXT)");
  sqlite3_stmt *insert;
  if (sqlite3_prepare_v2(db, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", -1, &insert, 0)) return 1;
  const char *names[] = {"staging", "instances", "web1", "intended", "info", "steward"};
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (long transaction = 0; transaction < transactions; transaction++) {
    run("BEGIN IMMEDIATE");
    for (long event = 1; event <= each; event++) {
      long sequence = transaction * each + event;
      char message[64], body[160];
      snprintf(message, sizeof message, "started web1#1 as process %ld", sequence);
      snprintf(body, sizeof body,
               "{\"details\":{\"instance\":\"web1#1\",\"pid\":%ld},\"risk\":\"safe\",\"verb\":\"start\"}", sequence);
      sqlite3_bind_int64(insert, 1, sequence);
      sqlite3_bind_int64(insert, 2, 1790000000000000 + sequence * 1000);
      for (int name = 0; name < 6; name++) sqlite3_bind_text(insert, 3 + name, names[name], -1, SQLITE_STATIC);
      sqlite3_bind_int64(insert, 9, sequence - 1);
      sqlite3_bind_text(insert, 10, message, -1, SQLITE_STATIC);
      sqlite3_bind_text(insert, 11, body, -1, SQLITE_STATIC);
      if (sqlite3_step(insert) != SQLITE_DONE) return 1;
      sqlite3_reset(insert);
    }
    run("COMMIT");
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%f\n", transactions * each / (end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9));
  return 0;
}
