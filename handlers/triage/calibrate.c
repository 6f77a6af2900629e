// SPDX-License-Identifier: Apache-2.0
#include "handlers/triage/calibrate.h"

#include <math.h>

// A missed plea counts as much as two or three false alarms. The curve is the language's
// own, so the thresholds may be everybody's.
static const float threshold = 0.30F, threshold_low = 0.20F;

// Newton steps for a and b of 1/(1+exp(-(a*score+b))), with softened targets.
static void curve_fit(const struct calibrate_row *rows, size_t count,
                      struct model_lane *lane) {
    double yes = 0, no = 0, a = 1.0, b = 0.0;
    for (size_t i = 0; i < count; i++) *(rows[i].is_emergency ? &yes : &no) += 1.0;
    double high = (yes + 1.0) / (yes + 2.0), low = 1.0 / (no + 2.0);
    for (int round = 0; round < 50; round++) {
        double ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9;
        for (size_t i = 0; i < count; i++) {
            double score = rows[i].score;
            double p = 1.0 / (1.0 + exp(-(a * score + b)));
            double d = p - (rows[i].is_emergency ? high : low), w = p * (1.0 - p);
            ga += d * score;
            gb += d;
            haa += w * score * score;
            hab += w * score;
            hbb += w;
        }
        double det = haa * hbb - hab * hab;
        if (det < 1e-12) break;
        a -= (hbb * ga - hab * gb) / det;
        b -= (haa * gb - hab * ga) / det;
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
    curve_fit(rows, count, lane);
    lane->threshold = threshold;
    lane->threshold_low = threshold_low;
}
