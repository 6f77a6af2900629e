// SPDX-License-Identifier: Apache-2.0
//
// The Common Alerting Protocol 1.2 (OASIS, 1 July 2010; ITU-T X.1303 bis), both ways.
// Out: an alert of ours as a document for a feed. In: another service's document, posted
// to a channel with a bearer token, becomes an event whose alert is a draft for an
// officer; nothing of it is sent by itself. The one file that includes libxml2: no
// network, no entities, no document type, a cap on size.
#ifndef ADAPTERS_CAP_H
#define ADAPTERS_CAP_H

#include "adapters/adapter.h"
#include "core/alert.h"
#include "core/buf.h"

extern const struct adapter cap_adapter;

enum { CAP_BYTES_MAX = 256 * 1024 };

// Writes the document (UTF-8, with its XML declaration). Times are written with an offset
// of zero, as CAP 1.2 wants ("-00:00", never "Z").
void cap_write(const struct alert *alert, struct buf *out);

// Text in XML: & < > and quotes escaped, characters that XML 1.0 forbids left out.
void cap_escape(struct buf *out, struct str text);

#endif
