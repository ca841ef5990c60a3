#include "error_texts.h"
#include <stddef.h>

// OpenSSL puts the texts of all its errors, some two thousand, into a table before its first handshake: a twentieth of what a
// call runs. The release is linked with --wrap=ERR_error_string_n, the function by which libcurl asks for one, so the table
// is made for the first that is asked for. All these are weak because no other build has them.
__attribute__((weak)) void __real_ERR_error_string_n(unsigned long error, char *text, size_t size);
// crypto/err/err_all.c, which ossl_err_get_state_int calls otherwise, and ssl/ssl_err.c, which SSL_CTX_new(3) does.
__attribute__((weak)) int ossl_err_load_crypto_strings(void);
__attribute__((weak)) int ossl_err_load_SSL_strings(void);

int error_texts_can_wait(void) {
    return __real_ERR_error_string_n && ossl_err_load_crypto_strings && ossl_err_load_SSL_strings;
}

void __wrap_ERR_error_string_n(unsigned long error, char *text, size_t size) {
    static int are_there;
    if (!are_there && error_texts_can_wait()) are_there = ossl_err_load_crypto_strings() && ossl_err_load_SSL_strings();
    __real_ERR_error_string_n(error, text, size);
}
