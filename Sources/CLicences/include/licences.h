#pragma once

/// The licences of all that is linked into the program, as .ci/parts writes them.
const char *cognigy_bridge_licences(void);
