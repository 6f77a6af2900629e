// SPDX-License-Identifier: Apache-2.0
//
// The koban of an area with their territories, and the drawing of an alert: points by click
// or touch, or one line drawn with the finger down. Whoever uses neither chooses from the
// list beside it, which says the same.
import { geoMercator, geoPath } from "d3-geo";
import type { GeoProjection } from "d3-geo";
import { useRef, useState } from "preact/hooks";
import * as s from "../store";
import type { MapKoban, MultiPolygon, Polygon } from "../types";
import { t } from "../words";

const WIDTH = 640, HEIGHT = 420, EDGE = 24, STEP = 9, LASSO = 6, POINTS_MAX = 400;
type Point = [number, number];
type Shape = Polygon | MultiPolygon;

function rings(shape: Shape | null): number[][][] {
  if (!shape) return [];
  return shape.type === "Polygon" ? shape.coordinates : shape.coordinates.flat();
}

// Fitted to points, not to surfaces: on a sphere it would matter which way they turn.
function fit(kobans: MapKoban[], drawing: Shape | null): GeoProjection {
  const points = [...kobans.flatMap((k) => rings(k.territory).flat()),
    ...kobans.flatMap((k) => k.longitude !== null && k.latitude !== null
      ? [[k.longitude, k.latitude]] : []), ...rings(drawing).flat()];
  return geoMercator().fitExtent([[EDGE, EDGE], [WIDTH - EDGE, HEIGHT - EDGE]],
    { type: "MultiPoint", coordinates: points });
}

function pathOf(projection: GeoProjection, shape: Shape | null): string {
  return geoPath(projection)({ type: "MultiLineString", coordinates: rings(shape) }) ?? "";
}

function spotOf(koban: MapKoban, projection: GeoProjection): Point | null {
  return koban.longitude !== null && koban.latitude !== null
    ? projection([koban.longitude, koban.latitude]) : null;
}

// How far below its spot each name stands: one line further where it would meet another.
const LINE = 22, LETTER = 10;
function drops(kobans: MapKoban[], projection: GeoProjection): number[] {
  const taken: { at: Point; half: number }[] = [];
  return kobans.map((koban) => {
    const spot = spotOf(koban, projection);
    if (!spot) return LINE;
    const half = (s.kobanName(koban.id).length + 2) * LETTER * .6;
    const meets = (y: number) => taken.some((one) => Math.abs(one.at[1] - y) < LINE &&
      Math.abs(one.at[0] - spot[0]) < one.half + half);
    let drop = LINE;
    while (meets(spot[1] + drop) && drop < 5 * LINE) drop += LINE;
    taken.push({ at: [spot[0], spot[1] + drop], half });
    return drop;
  });
}

function Koban({ koban, projection, isOn, drop, onToggle }: { koban: MapKoban; isOn: boolean;
  projection: GeoProjection; drop: number; onToggle?: (() => void) | undefined }) {
  const at = spotOf(koban, projection);
  return (
    <g class={isOn ? "map-koban on" : "map-koban"} onClick={onToggle}>
      <path d={pathOf(projection, koban.territory)} />
      {at && <circle cx={at[0]} cy={at[1]} r="5" />}
      {at && <text x={at[0]} y={at[1] + drop}>{isOn ? "✓ " : ""}{s.kobanName(koban.id)}</text>}
    </g>
  );
}

export function AlertMap({ kobans, chosen, drawing, onToggle, onDraw }: { kobans: MapKoban[];
  chosen: number[]; drawing: Shape | null; onToggle?: (id: number) => void;
  onDraw?: (drawing: Polygon | null) => void }) {
  const [points, setPoints] = useState<Point[]>([]);
  const drag = useRef<{ count: number } | null>(null);
  const projection = fit(kobans, points.length ? null : drawing);
  const below = drops(kobans, projection);

  // Where on the drawing's own scale a pointer is.
  function placeOf(event: PointerEvent): Point {
    const box = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
    return [(event.clientX - box.left) * WIDTH / box.width,
      (event.clientY - box.top) * HEIGHT / box.height];
  }
  function close(all: Point[]) {
    if (all.length < 3) return;
    const ring = all.map((p) => (projection.invert?.(p) ?? [0, 0])
      .map((x) => Math.round(x * 1e6) / 1e6));
    setPoints([]);
    onDraw?.({ type: "Polygon", coordinates: [[...ring, ring[0]!]] });
  }
  function down(event: PointerEvent) {
    if (!onDraw || event.button !== 0) return;
    event.preventDefault();
    (event.currentTarget as SVGSVGElement).setPointerCapture(event.pointerId);
    const at = placeOf(event), first = points[0];
    const isBack = first && points.length > 2 &&
      Math.hypot(first[0] - at[0], first[1] - at[1]) < 14;
    if (isBack) { close(points); return; }
    drag.current = { count: 0 };
    if (drawing) onDraw(null);
    setPoints([...points, at].slice(0, POINTS_MAX));
  }
  function move(event: PointerEvent) {
    const last = points.at(-1);
    if (!drag.current || !last) return;
    const at = placeOf(event);
    if (Math.hypot(last[0] - at[0], last[1] - at[1]) < STEP) return;
    drag.current.count++;
    setPoints([...points, at].slice(0, POINTS_MAX));
  }
  function up() {
    const isLasso = (drag.current?.count ?? 0) >= LASSO;
    drag.current = null;
    if (isLasso) close(points);
  }
  return (
    <figure class="map">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} class={onDraw ? "drawing" : ""} role="img"
        aria-label={t("map")} onPointerDown={down} onPointerMove={move} onPointerUp={up}
        onPointerCancel={up}>
        {kobans.map((k, i) => <Koban key={k.id} koban={k} projection={projection}
          drop={below[i] ?? LINE}
          isOn={chosen.includes(k.id)} onToggle={onToggle && (() => onToggle(k.id))} />)}
        {!points.length && drawing && <path class="map-drawing" d={pathOf(projection, drawing)} />}
        {points.length > 0 && <path class="map-drawing"
          d={`M${points.map((p) => p.join(" ")).join("L")}`} />}
        {points.map((p) => <circle class="map-point" cx={p[0]} cy={p[1]} r="4" />)}
      </svg>
      {onDraw && <figcaption>
        <span class="hint">{t("map_hint")}</span>
        <span class="map-keys">
          <button type="button" disabled={points.length < 3} onClick={() => close(points)}>
            {t("map_finish")}</button>
          <button type="button" disabled={points.length === 0}
            onClick={() => setPoints(points.slice(0, -1))}>{t("map_back")}</button>
          <button type="button" disabled={points.length === 0 && !drawing}
            onClick={() => { setPoints([]); onDraw(null); }}>{t("map_clear")}</button>
        </span>
      </figcaption>}
    </figure>
  );
}
