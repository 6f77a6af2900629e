// SPDX-License-Identifier: Apache-2.0
//
// Functions nobody may call here. Included by the compiler's command line in every
// translation unit, after nothing.
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef alloca
#pragma GCC poison strcpy strcat sprintf strncpy strncat strtok gets atoi atol sscanf
#pragma GCC poison gmtime localtime alloca vsprintf system popen

#endif
