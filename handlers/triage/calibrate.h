// SPDX-License-Identifier: Apache-2.0
//
// From decision values to probabilities and lanes, on rows that the values' maker had not
// seen (Platt 1999, with the targets of Lin, Lin and Weng 2007).
#ifndef HANDLERS_TRIAGE_CALIBRATE_H
#define HANDLERS_TRIAGE_CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>

#include "handlers/triage/model.h"

struct calibrate_row {
    double score;
    bool is_emergency;
};

// How many emergencies are found, missed, and how many alarms are false, at the lane's
// threshold.
struct calibrate_counts {
    size_t hit, missed, alarm;
};

// Fits the lane's curve and sets its thresholds.
void calibrate(const struct calibrate_row *rows, size_t count, struct model_lane *lane);

struct calibrate_counts calibrate_count(const struct calibrate_row *rows, size_t count,
                                        const struct model_lane *lane);

#endif
