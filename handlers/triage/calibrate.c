// SPDX-License-Identifier: Apache-2.0
#include "handlers/triage/calibrate.h"

#include <math.h>

// A missed plea counts as much as two or three false alarms. The curve is the language's
// own, so the thresholds may be everybody's.
static const float threshold = 0.33F, threshold_low = 0.20F;

// What is fitted, and what Newton's method needs of it at one point.
struct curve {
    const struct calibrate_row *rows;
    size_t count;
    double high, low; // softened targets: nothing is certain
};

struct curve_point {
    double loss, ga, gb, haa, hab, hbb;
};

static struct curve_point curve_at(const struct curve *curve, double a, double b) {
    struct curve_point at = {.haa = 1e-9, .hbb = 1e-9};
    for (size_t i = 0; i < curve->count; i++) {
        double score = curve->rows[i].score, x = a * score + b;
        double target = curve->rows[i].is_emergency ? curve->high : curve->low;
        double p = 1.0 / (1.0 + exp(-x)), d = p - target, w = p * (1.0 - p);
        at.loss += log1p(exp(-fabs(x))) + (x > 0.0 ? (1.0 - target) * x : -target * x);
        at.ga += d * score;
        at.gb += d;
        at.haa += w * score * score;
        at.hab += w * score;
        at.hbb += w;
    }
    return at;
}

// Newton steps for a and b of 1/(1+exp(-(a*score+b))). From far off a whole step leaps
// over the target and away: it is halved until it helps (Lin, Lin and Weng 2007, "A note
// on Platt's probabilistic outputs").
static void curve_fit(const struct curve *curve, struct model_lane *lane) {
    double a = 0.0, b = 0.0;
    struct curve_point at = curve_at(curve, a, b);
    for (int round = 0; round < 100; round++) {
        double det = at.haa * at.hbb - at.hab * at.hab, length = 1.0;
        if (det < 1e-12) break;
        double step_a = (at.hbb * at.ga - at.hab * at.gb) / det;
        double step_b = (at.haa * at.gb - at.hab * at.ga) / det;
        struct curve_point next = curve_at(curve, a - step_a, b - step_b);
        for (; next.loss >= at.loss && length > 1e-6; length /= 2)
            next = curve_at(curve, a - step_a * length / 2, b - step_b * length / 2);
        if (next.loss >= at.loss) break;
        a -= step_a * length;
        b -= step_b * length;
        at = next;
    }
    lane->a = (float)a;
    lane->b = (float)b;
}

struct calibrate_counts calibrate_count(const struct calibrate_row *rows, size_t count,
                                        const struct model_lane *lane) {
    struct calibrate_counts counts = {0};
    for (size_t i = 0; i < count; i++) {
        bool is_said = model_probability(lane, (float)rows[i].score) >= lane->threshold;
        if (rows[i].is_emergency) *(is_said ? &counts.hit : &counts.missed) += 1;
        else counts.alarm += is_said;
    }
    return counts;
}

void calibrate(const struct calibrate_row *rows, size_t count, struct model_lane *lane) {
    double yes = 0;
    for (size_t i = 0; i < count; i++) yes += rows[i].is_emergency;
    double no = (double)count - yes;
    struct curve curve = {rows, count, (yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0)};
    curve_fit(&curve, lane);
    lane->threshold = threshold;
    lane->threshold_low = threshold_low;
}
