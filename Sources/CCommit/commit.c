#include "commit.h"

const char *cognigy_bridge_commit(void) { return COGNIGY_BRIDGE_COMMIT; }
