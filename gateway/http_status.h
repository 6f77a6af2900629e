// SPDX-License-Identifier: Apache-2.0
//
// Reason phrases of the statuses this program answers with (RFC 9110 15).
#ifndef GATEWAY_HTTP_STATUS_H
#define GATEWAY_HTTP_STATUS_H

const char *http_status_text(int status);

#endif
