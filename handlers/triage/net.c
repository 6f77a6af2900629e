// SPDX-License-Identifier: Apache-2.0
#include "handlers/triage/net.h"

#include <math.h>
#include <string.h>

void net_odds(const struct net *net, const float sum[NET_WIDTH], float odds[NET_OUT]) {
    const struct net_layers *layers = &net->layers;
    float hidden[NET_HIDDEN], out[NET_OUT], power[NET_OUT];
    memcpy(hidden, layers->hidden_bias, sizeof hidden);
    for (size_t i = 0; i < NET_WIDTH; i++)
        for (size_t h = 0; h < NET_HIDDEN; h++)
            hidden[h] += sum[i] * layers->hidden[i][h];
    memcpy(out, layers->out_bias, sizeof out);
    for (size_t h = 0; h < NET_HIDDEN; h++) {
        float value = hidden[h] > 0.0F ? hidden[h] : 0.0F;
        for (size_t o = 0; o < NET_OUT; o++) out[o] += value * layers->out[h][o];
    }
    float largest = fmaxf(out[0], fmaxf(out[1], out[2]));
    for (size_t o = 0; o < NET_OUT; o++) power[o] = expf(out[o] - largest);
    float all = power[0] + power[1] + power[2];
    for (size_t o = 0; o < NET_OUT; o++)
        odds[o] = out[o] - largest - logf(fmaxf(all - power[o], 1e-9F));
}
