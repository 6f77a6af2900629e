// SPDX-License-Identifier: Apache-2.0
//
// Which conversation a request belongs to, by path. The public listener and the admin
// listener have a table each.
#ifndef GATEWAY_ROUTE_H
#define GATEWAY_ROUTE_H

#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/static.h"

struct site {
    struct gateway *gateway;
    struct files *files; // the built console; NULL: not built
    struct http_server *server;
};

void route_public(struct http_request *request, void *site);
void route_admin(struct http_request *request, void *site);
size_t route_body_limit(struct str path, void *site);

#endif
