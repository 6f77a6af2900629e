// SPDX-License-Identifier: Apache-2.0
//
// At `site_model` there is always a whole file or none: a gateway may start at any
// moment.
#include "gateway/site_model.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/file.h"
#include "handlers/triage/model.h"

enum { PATH_BYTES = 4096, HEAD_BYTES = 16 };

static const char magic[8] = {'K', 'O', 'B', 'A', 'N', 'S', 'I', 'T'};

static void path_of(const struct config *config, const char *ending,
                    char path[PATH_BYTES]) {
    (void)snprintf(path, PATH_BYTES, "%s%s", config->site_model, ending);
}

static bool head_make(struct str shipped, char head[HEAD_BYTES]) {
    struct model_header header;
    if (shipped.n < sizeof header) return false;
    memcpy(&header, shipped.p, sizeof header);
    memcpy(head, magic, sizeof magic);
    memcpy(head + sizeof magic, &header.hash, sizeof header.hash);
    return true;
}

bool site_model_read(const struct config *config, struct str shipped, struct arena *arena,
                     struct str *model, struct buf *errors) {
    char head[HEAD_BYTES];
    struct str bytes;
    if (config->site_model[0] == '\0' || access(config->site_model, F_OK) != 0)
        return false;
    bool is_read = file_read(config->site_model, arena, &bytes);
    if (!is_read || bytes.n < HEAD_BYTES || memcmp(bytes.p, magic, sizeof magic) != 0) {
        buf_addf(errors, "%s: cannot be read; the model that ships serves\n",
                 config->site_model);
        return false;
    }
    if (!head_make(shipped, head) || memcmp(bytes.p, head, HEAD_BYTES) != 0) {
        buf_addf(errors,
                 "%s: made for another version; the model that ships serves "
                 "(koban train --with-corrections)\n",
                 config->site_model);
        return false;
    }
    *model = str_slice(bytes, HEAD_BYTES, bytes.n);
    return true;
}

static bool file_write(const char *path, const char head[HEAD_BYTES], struct str model) {
    FILE *file = fopen(path, "wbe");
    if (file == NULL) return false;
    bool is_good = fwrite(head, 1, HEAD_BYTES, file) == HEAD_BYTES &&
                   fwrite(model.p, 1, model.n, file) == model.n && fflush(file) == 0 &&
                   fchmod(fileno(file), 0644) == 0 && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && is_good;
}

// A second name first, so that there is never a moment without the file.
static bool keep_before(const char *path, const char *before) {
    if (access(path, F_OK) != 0) return unlink(before) == 0 || errno == ENOENT;
    char second[PATH_BYTES];
    (void)snprintf(second, sizeof second, "%.4000s.keep", path);
    (void)unlink(second);
    return link(path, second) == 0 && rename(second, before) == 0;
}

bool site_model_put(const struct config *config, struct str shipped, struct str model,
                    struct buf *errors) {
    char head[HEAD_BYTES], fresh[PATH_BYTES], before[PATH_BYTES];
    path_of(config, ".new", fresh);
    path_of(config, ".before", before);
    if (head_make(shipped, head) && file_write(fresh, head, model) &&
        keep_before(config->site_model, before) && rename(fresh, config->site_model) == 0)
        return true;
    (void)unlink(fresh);
    buf_addf(errors, "%s: cannot be written\n", config->site_model);
    return false;
}

bool site_model_rollback(const struct config *config, const char **now,
                         struct buf *errors) {
    char before[PATH_BYTES];
    path_of(config, ".before", before);
    *now = "the one before";
    if (config->site_model[0] != '\0' && rename(before, config->site_model) == 0)
        return true;
    *now = "the model that ships";
    if (config->site_model[0] != '\0' && errno == ENOENT &&
        unlink(config->site_model) == 0)
        return true;
    buf_addf(errors, "site_model: there is none to go back from\n");
    return false;
}
