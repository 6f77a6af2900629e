// SPDX-License-Identifier: Apache-2.0
//
// Training the small network: Adam (Kingma and Ba 2014) on batches, with features and
// units left out by chance (Srivastava et al. 2014, "Dropout") from a generator of our
// own with a fixed beginning: the same rows give the same network on the same machine and
// libraries (expf and powf differ in their last bit between some).
#ifndef HANDLERS_TRIAGE_NET_TRAIN_H
#define HANDLERS_TRIAGE_NET_TRAIN_H

#include "handlers/triage/heads.h"
#include "handlers/triage/net.h"

struct net_task {
    const struct heads_matrix *matrix; // of NET_BITS
    const int8_t *targets; // by row: the outcome, or -1 for a row that is left out
};

// Fills the network. Rows that are left out have no say in it; without rows it is as it
// began, and says nothing of worth.
void net_train(const struct net_task *task, struct net *net);

#endif
