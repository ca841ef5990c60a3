#pragma once

/// Whether OpenSSL's texts of errors are read when somebody first asks for one, as in the release.
int error_texts_can_wait(void);
