#include "licences.h"

extern const char licences_file[];

const char *cognigy_bridge_licences(void) { return licences_file; }
