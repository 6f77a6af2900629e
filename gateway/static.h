// SPDX-License-Identifier: Apache-2.0
//
// The built console, held in memory: exact names only, so no path leads outside. Hashed
// names are cached for ever, pages never.
#ifndef GATEWAY_STATIC_H
#define GATEWAY_STATIC_H

#include "gateway/http.h"

struct files;

// Reads a folder (one level and its assets/); NULL when it is not there.
struct files *files_new(const char *folder);
void files_free(struct files *files);

// Answers with the file of this name ("index.html"); false when there is none.
bool files_reply(const struct files *files, struct http_request *request,
                 struct str name);

#endif
