#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

int clinux_pidfd_open(pid_t pid) {
  return (int)syscall(SYS_pidfd_open, pid, 0);
}

int clinux_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

static int open2(int folder, const char *path, int flags, uint64_t resolve) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint64_t)(unsigned)flags;
  how.resolve = resolve;
  // EAGAIN: a rename elsewhere raced with the look-up and the kernel could not prove it stayed beneath. It
  // asks to be tried again; bounded, so that somebody who renames in a loop costs an error and not a thread.
  int descriptor = -1;
  for (int attempt = 0; attempt < 64; attempt++) {
    descriptor = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    if (descriptor >= 0 || (errno != EINTR && errno != EAGAIN)) break;
  }
  return descriptor;
}

int clinux_open_beneath(int folder, const char *path, int flags, int same_mount) {
  uint64_t resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
  if (same_mount) resolve |= RESOLVE_NO_XDEV;
  return open2(folder, path, flags, resolve);
}

int clinux_open_plain(const char *path, int flags) {
  return open2(AT_FDCWD, path, flags, RESOLVE_NO_SYMLINKS);
}

int clinux_rename_no_replace(int from_folder, const char *from, int to_folder, const char *to) {
  return renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE);
}

int clinux_look(int folder, const char *name, struct clinux_file *file) {
  struct statx found;
  int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH;
  if (statx(folder, name, flags, STATX_BASIC_STATS | STATX_MNT_ID, &found) < 0) return -1;
  if (!(found.stx_mask & STATX_MNT_ID)) {
    errno = ENOSYS;
    return -1;
  }
  file->device = makedev(found.stx_dev_major, found.stx_dev_minor);
  file->inode = found.stx_ino;
  file->mount = found.stx_mnt_id;
  file->blocks = found.stx_blocks;
  file->size = (int64_t)found.stx_size;
  file->modified_seconds = found.stx_mtime.tv_sec;
  file->modified_nanoseconds = found.stx_mtime.tv_nsec;
  file->mode = found.stx_mode;
  file->links = found.stx_nlink;
  file->owner = found.stx_uid;
  return 0;
}

ssize_t clinux_getdents(int folder, void *buffer, size_t count) {
  return getdents64(folder, buffer, count);
}

ssize_t clinux_getrandom(void *buffer, size_t count) {
  return getrandom(buffer, count, 0);
}

int clinux_set_pipe_size(int descriptor, int bytes) {
  return fcntl(descriptor, F_SETPIPE_SZ, bytes);
}

int clinux_reap(int pidfd, int *code, int *status) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int result;
  do {
    result = waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return -1;
  if (info.si_pid == 0) return 0;
  *code = info.si_code;
  *status = info.si_status;
  return 1;
}

int clinux_spawn_session(pid_t *pid, const char *program, char *const argv[], char *const envp[],
                         const char *folder, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
  if (!error)
    error = posix_spawnattr_setflags(&attributes,
                                     POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!error) error = posix_spawn_file_actions_adddup2(&actions, input, 0);
  if (!error) error = posix_spawn_file_actions_adddup2(&actions, output, 1);
  if (!error) error = posix_spawn_file_actions_adddup2(&actions, output, 2);
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (!error) error = posix_spawn_file_actions_addchdir_np(&actions, folder);
  if (!error) error = posix_spawn(pid, program, &actions, &attributes, argv, envp);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int clinux_peer(int socket, pid_t *pid, uid_t *uid, gid_t *gid) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -1;
  *pid = peer.pid;
  *uid = peer.uid;
  *gid = peer.gid;
  return 0;
}

int clinux_peer_groups(int socket, gid_t *groups, int capacity) {
  socklen_t length = (socklen_t)((size_t)capacity * sizeof(gid_t));
  if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &length) < 0) return -1;
  return (int)(length / sizeof(gid_t));
}
