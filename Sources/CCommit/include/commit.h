#pragma once

/// The commit that this program was made of, as `git describe` names it; "unknown" where make did not say.
const char *cognigy_bridge_commit(void);
