#pragma once
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros and casts that Swift cannot import.
static inline EVP_PKEY *ccrypto_new_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline void ccrypto_ssl_ctx_require_tls12(SSL_CTX *context) { SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION); }
static inline int ccrypto_bio_read_all_pending(BIO *bio) { return (int)BIO_pending(bio); }
