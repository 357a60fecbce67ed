// What Linux offers and Swift's view of glibc leaves out: variadic system calls, structures that are
// not imported, and headers that the module map does not list. Nothing here decides anything.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/types.h>

// Each returns what the system call returns: -1 with errno set when it failed.

int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_send_signal(int pidfd, int signal);

/// Opens `path` below the folder `folder` without passing any symbolic link. With `same_mount`, also without
/// crossing into another mount, a bind mount of the same file system included.
int clinux_open_beneath(int folder, const char *path, int flags, int same_mount);
/// Opens an absolute path without passing any symbolic link on the way.
int clinux_open_plain(const char *path, int flags);

int clinux_rename_no_replace(int from_folder, const char *from, int to_folder, const char *to);
/// What statx(2) says of a file, as far as it is needed.
struct clinux_file {
  uint64_t device, inode, mount, blocks;
  int64_t size, modified_seconds;
  uint32_t mode, links, owner, modified_nanoseconds;
};
/// Looks at `name` in the folder `folder`, or at what is open itself where that is empty. A symbolic link is not followed.
/// ENOSYS where the kernel does not tell mounts (STATX_MNT_ID, since Linux 5.8).
int clinux_look(int folder, const char *name, struct clinux_file *file);
ssize_t clinux_getdents(int folder, void *buffer, size_t count);
ssize_t clinux_getrandom(void *buffer, size_t count);
int clinux_set_pipe_size(int descriptor, int bytes);

/// Waits without blocking for the child behind `pidfd`. 1: it ended, `code` and `status` are filled as in
/// siginfo_t. 0: it still runs. -1: errno (ECHILD: not a child of this process).
int clinux_reap(int pidfd, int *code, int *status);

/// Starts a program in a session of its own with exactly the descriptors 0, 1 and 2, default signal
/// dispositions and an empty signal mask. 0, or the error number. (posix_spawn's SETSID and closefrom are not
/// visible from Swift.)
int clinux_spawn_session(pid_t *pid, const char *program, char *const argv[], char *const envp[],
                         const char *folder, int input, int output);

/// Who is at the other end of a connected Unix socket, as SO_PEERCRED says. 0 or -1.
int clinux_peer(int socket, pid_t *pid, uid_t *uid, gid_t *gid);
/// The supplementary groups of that peer (SO_PEERGROUPS). Returns their number, or -1 with ERANGE where they
/// do not fit.
int clinux_peer_groups(int socket, gid_t *groups, int capacity);

#endif
