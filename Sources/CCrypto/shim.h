#pragma once
#include <string.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros and casts that Swift cannot import.
static inline EVP_PKEY *ccrypto_new_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline void ccrypto_ssl_ctx_require_tls12(SSL_CTX *context) { SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION); }
static inline void ccrypto_ssl_ctx_allow_tickets(SSL_CTX *context) { SSL_CTX_clear_options(context, SSL_OP_NO_TICKET); }
static inline int ccrypto_ssl_ctx_new_place(CRYPTO_EX_free *free) {
    return SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free);
}
static inline size_t ccrypto_count_certificates(const STACK_OF(X509) *chain) {
    return chain == NULL ? 0 : (size_t)sk_X509_num(chain);
}
static inline X509 *ccrypto_certificate(const STACK_OF(X509) *chain, size_t index) {
    return sk_X509_value(chain, (int)index);
}
static inline int ccrypto_bio_read_all_pending(BIO *bio) { return (int)BIO_pending(bio); }

// For the stand-in service: TLS in memory, and certificates of its own.
static inline void ccrypto_bio_empty_means_retry(BIO *bio) { BIO_set_mem_eof_return(bio, -1); }
static inline void ccrypto_x509v3_ctx_init(X509V3_CTX *context, X509 *issuer, X509 *subject) {
    X509V3_set_ctx(context, issuer, subject, NULL, NULL, 0);
}
static inline void ccrypto_name_add(X509_NAME *name, const char *common_name) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1, 0);
}
// Agrees on HTTP/1.1 and remembers in the connection whether HTTP/2 was offered.
static inline int ccrypto_choose_http11(SSL *ssl, const unsigned char **out, unsigned char *out_length,
                                        const unsigned char *in, unsigned int in_length, void *unused) {
    (void)unused;
    int chosen = SSL_TLSEXT_ERR_NOACK;
    for (unsigned int at = 0; at < in_length; at += 1u + in[at]) {
        const unsigned char *name = in + at + 1;
        if (in[at] == 2 && memcmp(name, "h2", 2) == 0) SSL_set_app_data(ssl, ssl);
        if (in[at] == 8 && memcmp(name, "http/1.1", 8) == 0) {
            *out = name;
            *out_length = in[at];
            chosen = SSL_TLSEXT_ERR_OK;
        }
    }
    return chosen;
}
static inline void ccrypto_ssl_ctx_choose_http11(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, ccrypto_choose_http11, NULL);
}
static inline int ccrypto_ssl_was_offered_http2(SSL *ssl) { return SSL_get_app_data(ssl) != NULL; }
