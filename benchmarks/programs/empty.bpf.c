// SPDX-License-Identifier: Apache-2.0
// Nothing: what a run costs before the program does anything.
#include "bench.h"

BENCH(empty)
{
    return XDP_PASS;
}
