// SPDX-License-Identifier: Apache-2.0
//
// The small network beside the linear heads: every feature has a vector of its own, a
// text is the weighted sum of them, then one hidden layer of rectifiers and three
// outcomes. What linear heads must meet word by word it can tell from likeness ("cousin",
// "uncle"). Shallow networks over averaged n-grams: Joulin et al. 2016, "Bag of Tricks
// for Efficient Text Classification"; beside a linear part: Cheng et al. 2016, "Wide &
// Deep Learning".
#ifndef HANDLERS_TRIAGE_NET_H
#define HANDLERS_TRIAGE_NET_H

#include <stdint.h>

#include "handlers/triage/features.h"

enum {
    NET_BITS = 17, // of the n-grams' hashes
    NET_DIMS = (1 << NET_BITS) + FEATURES_CLASS_DIMS,
    NET_WIDTH = 16,  // of a feature's vector
    NET_HIDDEN = 32, // rectifiers
    NET_OUT = 3,     // emergency, consultation, other
};

// Both layers behind the vectors; nothing but floats.
struct net_layers {
    float hidden[NET_WIDTH][NET_HIDDEN], hidden_bias[NET_HIDDEN];
    float out[NET_HIDDEN][NET_OUT], out_bias[NET_OUT];
};

struct net {
    struct net_layers layers;
    float scale; // what one step of a vector's figures is worth
    int8_t rows[NET_DIMS][NET_WIDTH];
};

// Log odds of each outcome against the two others, from the sum of a text's vectors.
void net_odds(const struct net *net, const float sum[NET_WIDTH], float odds[NET_OUT]);

#endif
