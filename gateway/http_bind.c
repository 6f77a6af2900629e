// SPDX-License-Identifier: Apache-2.0
//
// Making listening sockets, for a server of this process or for workers to inherit.
#include <event2/util.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gateway/http.h"

enum { LISTEN_BACKLOG = 4096 };

static int bind_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    (void)unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        listen(fd, LISTEN_BACKLOG) == 0)
        return fd;
    if (fd >= 0) (void)close(fd);
    return -1;
}

int http_bind(const char *address) {
    if (strncmp(address, "unix:", 5) == 0) return bind_unix(address + 5);
    struct sockaddr_storage storage;
    int length = sizeof storage;
    if (evutil_parse_sockaddr_port(address, (struct sockaddr *)&storage, &length) != 0)
        return -1;
    int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd < 0) return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&storage, (socklen_t)length) == 0 &&
        listen(fd, LISTEN_BACKLOG) == 0)
        return fd;
    (void)close(fd);
    return -1;
}
