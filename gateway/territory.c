// SPDX-License-Identifier: Apache-2.0
//
// The one home of GEOS. Geometries are read and prepared once a snapshot; look-ups only
// read them.
#include "gateway/territory.h"

#include <geos_c.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/log.h"

enum {
    TERRITORIES_MAX = 8192,
    NEAREST_MAX_M = 30000,
    KOBAN_NAMES = 4,
    DRAWING_BYTES_MAX = 64 * 1024
};

struct shape {
    int32_t koban_id;
    GEOSGeometry *geometry;
    const GEOSPreparedGeometry *prepared;
};

struct spot {
    int32_t koban_id;
    double latitude, longitude;
};

struct territory {
    GEOSContextHandle_t geos;
    struct arena *arena;
    struct shape *shapes;
    size_t shape_count;
    struct places *places;
    struct spot *spots;
    size_t spot_count;
};

static void shape_read(struct territory *territory, GEOSGeoJSONReader *reader,
                       const json_t *entry) {
    char *text = json_dumps(json_object_get(entry, "geometry"), JSON_COMPACT);
    int32_t koban_id = (int32_t)json_int(entry, "koban", 0);
    GEOSGeometry *geometry =
        text != NULL ? GEOSGeoJSONReader_readGeometry_r(territory->geos, reader, text)
                     : NULL;
    free(text);
    if (geometry == NULL || GEOSisValid_r(territory->geos, geometry) != 1) {
        log_event(LOG_WARN, "territory_invalid", LOG_INT("koban", koban_id));
        if (geometry != NULL) GEOSGeom_destroy_r(territory->geos, geometry);
        return;
    }
    struct shape *shape = &territory->shapes[territory->shape_count++];
    shape->koban_id = koban_id;
    shape->geometry = geometry;
    shape->prepared = GEOSPrepare_r(territory->geos, geometry);
}

static void shapes_read(struct territory *territory, const json_t *list) {
    size_t count = json_array_size(list);
    if (count > TERRITORIES_MAX) count = TERRITORIES_MAX;
    territory->shapes = ARENA_ARRAY(territory->arena, struct shape, count);
    GEOSGeoJSONReader *reader = GEOSGeoJSONReader_create_r(territory->geos);
    for (size_t i = 0; i < count; i++)
        shape_read(territory, reader, json_array_get(list, i));
    GEOSGeoJSONReader_destroy_r(territory->geos, reader);
}

static struct place_entry listed(const json_t *entry) {
    struct str spelling = json_str(entry, "spelling");
    return (struct place_entry){.spelling = spelling,
                                .name = json_str(entry, "name"),
                                .kind = json_str(entry, "kind"),
                                .koban_id = (int32_t)json_int(entry, "koban", 0),
                                .mode = (enum place_mode)json_int(entry, "mode", 0)};
}

// What a koban is called itself, in each language; a desk is no place.
static size_t own_names(const struct koban *koban, struct place_entry *out) {
    struct str names[KOBAN_NAMES] = {koban->name, koban->name_ja, koban->name_id,
                                     koban->name_en};
    for (size_t i = 0; i < KOBAN_NAMES && !koban->is_desk; i++)
        out[i] = (struct place_entry){names[i], koban->name, STR("koban"), koban->id,
                                      PLACE_MODE_PLAIN};
    return koban->is_desk ? 0 : KOBAN_NAMES;
}

static void places_read(struct territory *territory, const json_t *list,
                        const struct roster *roster) {
    size_t count = json_array_size(list), own = roster->koban_count * KOBAN_NAMES;
    struct arena *arena = arena_new(0);
    struct place_entry *entries = ARENA_ARRAY(arena, struct place_entry, count + own);
    own = 0;
    for (size_t i = 0; i < roster->koban_count; i++)
        own += own_names(&roster->kobans[i], entries + own);
    for (size_t i = 0; i < count; i++) entries[own + i] = listed(json_array_get(list, i));
    territory->places = places_new(entries, own + count, territory->arena);
    arena_free(arena);
}

static void spots_read(struct territory *territory, const struct roster *roster) {
    territory->spots = ARENA_ARRAY(territory->arena, struct spot, roster->koban_count);
    for (size_t i = 0; i < roster->koban_count; i++) {
        const struct koban *koban = &roster->kobans[i];
        if (!koban->has_position) continue;
        territory->spots[territory->spot_count++] =
            (struct spot){koban->id, koban->latitude, koban->longitude};
    }
}

struct territory *territory_new(struct str json, const struct roster *roster) {
    struct arena *arena = arena_new(65536);
    struct territory *territory = ARENA_NEW(arena, struct territory);
    territory->arena = arena;
    territory->geos = GEOS_init_r();
    struct json_result result;
    json_auto_t *document = json_read(json, arena, &result);
    shapes_read(territory, json_array_of(document, "territories"));
    places_read(territory, json_array_of(document, "places"), roster);
    spots_read(territory, roster);
    return territory;
}

void territory_free(struct territory *territory) {
    if (territory == NULL) return;
    for (size_t i = 0; i < territory->shape_count; i++) {
        GEOSPreparedGeom_destroy_r(territory->geos, territory->shapes[i].prepared);
        GEOSGeom_destroy_r(territory->geos, territory->shapes[i].geometry);
    }
    GEOS_finish_r(territory->geos);
    arena_free(territory->arena);
}

static const double earth_m = 6371008.8, degree = 0.017453292519943295;

// Haversine distance in metres.
static double distance_m(double lat1, double lon1, double lat2, double lon2) {
    double a = sin((lat2 - lat1) * degree / 2), b = sin((lon2 - lon1) * degree / 2);
    double h = a * a + cos(lat1 * degree) * cos(lat2 * degree) * b * b;
    return 2 * earth_m * asin(sqrt(h < 1 ? h : 1));
}

static enum place_source nearest(const struct territory *territory, double latitude,
                                 double longitude, int32_t *koban_id) {
    double best = NEAREST_MAX_M;
    *koban_id = 0;
    for (size_t i = 0; i < territory->spot_count; i++) {
        const struct spot *spot = &territory->spots[i];
        double far = distance_m(latitude, longitude, spot->latitude, spot->longitude);
        if (far >= best) continue;
        best = far;
        *koban_id = spot->koban_id;
    }
    return *koban_id != 0 ? PLACE_NEAREST : PLACE_OUTSIDE;
}

enum place_source territory_by_pin(const struct territory *territory, double latitude,
                                   double longitude, int32_t *koban_id) {
    GEOSGeometry *point =
        GEOSGeom_createPointFromXY_r(territory->geos, longitude, latitude);
    enum place_source place = PLACE_NONE;
    for (size_t i = 0; point != NULL && i < territory->shape_count; i++) {
        // covers: border points belong; 2 is an exception, never true.
        if (GEOSPreparedCovers_r(territory->geos, territory->shapes[i].prepared, point) !=
            1)
            continue;
        *koban_id = territory->shapes[i].koban_id;
        place = PLACE_PIN;
        break;
    }
    if (point != NULL) GEOSGeom_destroy_r(territory->geos, point);
    return place == PLACE_PIN ? place : nearest(territory, latitude, longitude, koban_id);
}

const struct places *territory_places(const struct territory *territory) {
    return territory->places;
}

// ---- drawings

// As GEOS understands it and valid, else NULL.
static GEOSGeometry *drawing_read(GEOSContextHandle_t geos, struct str geojson) {
    if (geojson.n == 0 || geojson.n > DRAWING_BYTES_MAX) return NULL;
    char *text = strndup(geojson.p, geojson.n);
    if (text == NULL) abort();
    GEOSGeoJSONReader *reader = GEOSGeoJSONReader_create_r(geos);
    GEOSGeometry *drawn = GEOSGeoJSONReader_readGeometry_r(geos, reader, text);
    GEOSGeoJSONReader_destroy_r(geos, reader);
    free(text);
    if (drawn == NULL) return NULL;
    int type = GEOSGeomTypeId_r(geos, drawn);
    bool is_surface = type == GEOS_POLYGON || type == GEOS_MULTIPOLYGON;
    GEOSGeometry *valid = is_surface ? GEOSMakeValid_r(geos, drawn) : NULL;
    GEOSGeom_destroy_r(geos, drawn);
    double area = 0;
    if (valid != NULL && GEOSArea_r(geos, valid, &area) == 1 && area > 0) return valid;
    if (valid != NULL) GEOSGeom_destroy_r(geos, valid);
    return NULL;
}

static bool has_shape(const struct territory *territory, int32_t koban_id) {
    for (size_t i = 0; i < territory->shape_count; i++) {
        if (territory->shapes[i].koban_id == koban_id) return true;
    }
    return false;
}

// A border in common is no ground in common.
static bool is_shared(const struct territory *territory,
                      const GEOSPreparedGeometry *drawing, const GEOSGeometry *shape) {
    return GEOSPreparedIntersects_r(territory->geos, drawing, shape) == 1 &&
           GEOSPreparedTouches_r(territory->geos, drawing, shape) == 0;
}

static bool is_inside(const struct territory *territory,
                      const GEOSPreparedGeometry *drawing, const struct spot *spot) {
    GEOSGeometry *point =
        GEOSGeom_createPointFromXY_r(territory->geos, spot->longitude, spot->latitude);
    bool is_covered = point != NULL &&
                      GEOSPreparedCovers_r(territory->geos, drawing, point) == 1;
    if (point != NULL) GEOSGeom_destroy_r(territory->geos, point);
    return is_covered;
}

static int by_id(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

ptrdiff_t territory_by_drawing(const struct territory *territory, struct str geojson,
                               int32_t *kobans, size_t limit) {
    GEOSGeometry *drawn = drawing_read(territory->geos, geojson);
    if (drawn == NULL) return -1;
    const GEOSPreparedGeometry *drawing = GEOSPrepare_r(territory->geos, drawn);
    size_t count = 0;
    for (size_t i = 0; i < territory->shape_count && count < limit; i++) {
        const struct shape *shape = &territory->shapes[i];
        if (is_shared(territory, drawing, shape->geometry))
            kobans[count++] = shape->koban_id;
    }
    for (size_t i = 0; i < territory->spot_count && count < limit; i++) {
        const struct spot *spot = &territory->spots[i];
        if (!has_shape(territory, spot->koban_id) && is_inside(territory, drawing, spot))
            kobans[count++] = spot->koban_id;
    }
    GEOSPreparedGeom_destroy_r(territory->geos, drawing);
    GEOSGeom_destroy_r(territory->geos, drawn);
    qsort(kobans, count, sizeof *kobans, by_id);
    return (ptrdiff_t)count;
}
