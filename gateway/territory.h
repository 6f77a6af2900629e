// SPDX-License-Identifier: Apache-2.0
//
// Which koban a pin or a named town belongs to. Territories are GeoJSON polygons (WGS84)
// prepared by GEOS; a point on a border belongs to both sides and goes to the lower id;
// outside all of them the nearest koban has it, up to a distance.
#ifndef GATEWAY_TERRITORY_H
#define GATEWAY_TERRITORY_H

#include <stddef.h>

#include "core/arena.h"
#include "core/facts.h"
#include "core/koban.h"
#include "core/str.h"
#include "handlers/places.h"

struct territory;

// From the document of territory_read(). `roster` gives the koban's own places. A polygon
// that cannot be read or is not valid is left out and logged. Never NULL.
struct territory *territory_new(struct str json, const struct roster *roster);
void territory_free(struct territory *territory);

// PLACE_PIN, PLACE_NEAREST, or PLACE_OUTSIDE (further than 30 km from every koban).
enum place_source territory_by_pin(const struct territory *territory, double latitude,
                                   double longitude, int32_t *koban_id);

// The names by which texts find a koban: those that are listed, and the koban's own.
const struct places *territory_places(const struct territory *territory);

// Which koban a drawing (GeoJSON Polygon or MultiPolygon; one that crosses itself is
// mended) shares ground with, in the order of their ids; of a koban without a territory
// its own place counts. At most `limit`; -1 when it is no drawing.
ptrdiff_t territory_by_drawing(const struct territory *territory, struct str geojson,
                               int32_t *kobans, size_t limit);

#endif
