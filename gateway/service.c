// SPDX-License-Identifier: Apache-2.0
//
// What the manager passes stands in the environment; the descriptor begins at 3.
#include "gateway/service.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/str.h"

enum { FIRST_FD = 3, MICROSECONDS = 1000 };

// A whole number from the environment; 0 when there is none.
static int64_t number_of(const char *name) {
    const char *text = getenv(name);
    int64_t number = 0;
    return text != NULL && str_to_i64(str_of(text), &number) ? number : 0;
}

static bool is_listening(int fd) {
    int answer = 0;
    socklen_t size = sizeof answer;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer != 0;
}

int service_socket(void) {
    // A number meant for another process is an environment that was inherited.
    if (number_of("LISTEN_PID") != (int64_t)getpid()) return SERVICE_NO_SOCKET;
    int64_t count = number_of("LISTEN_FDS");
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
    if (count == 0) return SERVICE_NO_SOCKET;
    if (count != 1 || !is_listening(FIRST_FD)) return SERVICE_BAD_SOCKET;
    // The manager passes it as blocking; children of ours have no use for it.
    int flags = fcntl(FIRST_FD, F_GETFL);
    bool is_set = flags >= 0 && fcntl(FIRST_FD, F_SETFL, flags | O_NONBLOCK) == 0 &&
                  fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) == 0;
    return is_set ? FIRST_FD : SERVICE_BAD_SOCKET;
}

void service_tell(const char *state) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = path != NULL ? strlen(path) : 0;
    if (n < 2 || n >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, n);
    if (path[0] == '@') address.sun_path[0] = '\0'; // an abstract name
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    (void)close(fd);
}

int64_t service_watchdog_ms(void) {
    int64_t watched = number_of("WATCHDOG_PID");
    if (watched != 0 && watched != (int64_t)getpid()) return 0;
    return number_of("WATCHDOG_USEC") / MICROSECONDS / 2;
}
