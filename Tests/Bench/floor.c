// What `make bench` compares the bridge with from below: the same call in C, with libcurl, as short as it can be. It checks
// nothing, handles no fault, and trusts that what it reads is whole. With CONNECTIONS=2 the session is created on one
// connection and the voice socket opened on another, as an ordinary program does; with 1 both are on one connection, and
// with FLOOR_SESSION=FILE in the environment its TLS session is resumed from one run to the next. With COGNIGY_ENDPOINT_URL the
// call is one of an Endpoint: one WebSocket, and nothing before it.
#include <curl/curl.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *base, *authority, *session_file, *endpoint;
static char bearer[4096], buffer[1 << 20], id[256], caller[256];
static CURL *requests, *line;

static char *setting(const char *name) {
    char *value = getenv(name);
    return value ? value : "";
}

// Asterisk.

static char *reply_line(void) {
    static char text[1024];
    size_t count = 0;
    while (count < sizeof text - 1 && read(0, text + count, 1) == 1 && text[count] != '\n') count++;
    text[count] = 0;
    return text;
}

static void say(const char *command) {
    if (write(1, command, strlen(command)) < 0) exit(1);
}

static int reply(void) {
    char *result = strstr(reply_line(), "result=");
    if (!result) exit(1);
    return atoi(result + 7);
}

static int ask(const char *command) {
    say(command);
    return reply();
}

// HTTP, on a connection of libcurl's.

static size_t take(char *data, size_t size, size_t count, void *length) {
    memcpy(buffer + *(size_t *)length, data, size * count);
    *(size_t *)length += size * count;
    return size * count;
}

static CURL *handle(void) {
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_CAINFO, authority);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    return curl;
}

// The answer's body is in the buffer.
static void request(const char *path, const char *json) {
    char url[1024], authorization[5000];
    size_t length = 0;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    snprintf(url, sizeof url, "%s%s", base, path);
    snprintf(authorization, sizeof authorization, "Authorization: Bearer %s", bearer);
    if (*bearer) headers = curl_slist_append(headers, authorization);
    if (!requests) requests = handle();
    curl_easy_setopt(requests, CURLOPT_URL, url);
    curl_easy_setopt(requests, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(requests, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(requests, CURLOPT_WRITEDATA, &length);
    curl_easy_setopt(requests, CURLOPT_POSTFIELDS, json);
    if (curl_easy_perform(requests) != CURLE_OK) exit(2);
    curl_slist_free_all(headers);
    buffer[length] = 0;
}

static void value_of(const char *name, char *into, size_t room) {
    char key[64];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    char *start = strstr(buffer, key);
    if (!start) exit(3);
    start += strlen(key);
    snprintf(into, room, "%.*s", (int)strcspn(start, "\""), start);
}

// The voice socket.

static void keep(SSL_SESSION *session) {
    unsigned char bytes[8192], *end = bytes;
    int count = i2d_SSL_SESSION(session, &end);
    FILE *file = count > 0 && count <= (int)sizeof bytes ? fopen(session_file, "w") : NULL;
    if (!file) return;
    fwrite(bytes, 1, count, file);
    fclose(file);
}

static int new_session(SSL *ssl, SSL_SESSION *session) {
    keep(session);
    return 0;
}

static void resume(const SSL *ssl, int event, int value) {
    if (!(event & SSL_CB_HANDSHAKE_START)) return;
    unsigned char bytes[8192];
    FILE *file = fopen(session_file, "r");
    if (!file) return;
    size_t count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    const unsigned char *start = bytes;
    SSL_SESSION *session = d2i_SSL_SESSION(NULL, &start, count);
    if (session) SSL_set_session((SSL *)ssl, session);
    SSL_SESSION_free(session);
}

static CURLcode context(CURL *curl, void *tls, void *nothing) {
    SSL_CTX_sess_set_new_cb(tls, new_session);
    SSL_CTX_set_info_callback(tls, resume);
    return CURLE_OK;
}

static void connect_line(void) {
    line = handle();
    curl_easy_setopt(line, CURLOPT_URL, base);
    curl_easy_setopt(line, CURLOPT_CONNECT_ONLY, 1L);
    if (*session_file) {
        curl_easy_setopt(line, CURLOPT_SSL_SESSIONID_CACHE, 0L);
        curl_easy_setopt(line, CURLOPT_SSL_CTX_FUNCTION, context);
    }
    if (curl_easy_perform(line) != CURLE_OK) exit(4);
}

static void line_send(const void *bytes, size_t count) {
    size_t sent = 0;
    if (curl_easy_send(line, bytes, count, &sent) != CURLE_OK || sent != count) exit(5);
}

// 0: nothing yet.
static size_t line_receive(void *bytes, size_t room) {
    size_t count = 0;
    CURLcode code = curl_easy_recv(line, bytes, room, &count);
    if (code != CURLE_OK && code != CURLE_AGAIN) exit(6);
    return count;
}

static int line_socket(void) {
    curl_socket_t socket;
    curl_easy_getinfo(line, CURLINFO_ACTIVESOCKET, &socket);
    return socket;
}

// A whole head and body: on the line there is nothing behind them.
static void line_answer(void) {
    size_t count = 0;
    for (;;) {
        count += line_receive(buffer + count, sizeof buffer - count - 1);
        buffer[count] = 0;
        char *end = strstr(buffer, "\r\n\r\n"), *length = strcasestr(buffer, "content-length:");
        if (end && count >= (size_t)(end + 4 - buffer) + (length ? atoi(length + 15) : 0)) return;
        struct pollfd wait = {line_socket(), POLLIN, 0};
        poll(&wait, 1, 10000);
    }
}

static void frame(int opcode, const char *text) {
    unsigned char bytes[2048] = {0x80 | opcode};
    size_t count = strlen(text), head = 2;
    bytes[1] = 0x80 | (count < 126 ? count : 126);
    if (count >= 126) bytes[2] = count >> 8, bytes[3] = count, head = 4;
    for (int index = 0; index < 4; index++) bytes[head + index] = index + 1;
    for (size_t index = 0; index < count; index++) bytes[head + 4 + index] = text[index] ^ (index % 4 + 1);
    line_send(bytes, count + head + 4);
}

static const char *url_token(void) { return strrchr(endpoint, '/') + 1; }

// What the caller does, for a flow behind an Endpoint. A key of 0: the call begins.
static void input(int key) {
    char text[1500], keys[2] = {key}, more[128] = "";
    if (key) snprintf(more, sizeof more, ",\"digits\":\"%c\",\"reason\":\"dtmfDetected\"", key);
    snprintf(
        text, sizeof text,
        "42[\"processInput\",{\"URLToken\":\"%s\",\"channel\":\"asterisk\",\"data\":{%s%s%s\"event\":\"%s\",\"payload\":{"
        "\"call_id\":\"%s\",\"call_sid\":\"%s\",\"call_status\":\"in-progress\",\"direction\":\"inbound\",\"from\":\"%s\","
        "\"sip_reason\":\"OK\",\"sip_status\":200,\"to\":\"5000\"%s}},\"resetFlow\":false,\"sessionId\":\"%s\","
        "\"source\":\"device\",\"text\":\"%s\",\"userId\":\"%s\"}]",
        url_token(), key ? "\"dtmf\":\"" : "", keys, key ? "\"," : "", key ? "RECOGNIZED_DTMF" : "CALL_CREATED", id, id,
        caller, more, id, keys, caller);
    frame(1, text);
}

static void press(int key) {
    char text[64];
    if (*endpoint) return input(key);
    snprintf(text, sizeof text, "{\"type\":\"dtmf\",\"dtmf\":\"%c\"}", key);
    frame(1, text);
}

// The command interrupts WAIT FOR DIGIT, once Asterisk has read that one.
static void play(const char *command) {
    int unread = 1, key;
    while (ioctl(1, FIONREAD, &unread) == 0 && unread > 0) usleep(1000);
    if ((key = ask(command)) > 1) press(key);
    if ((key = reply()) > 1) press(key);
}

static void token(void) {
    char path[512], body[1024];
    snprintf(path, sizeof path, "%s/floor-token", setting("COGNIGY_PATHS_STATE"));
    FILE *file = fopen(path, "r");
    if (file) {
        if (!fgets(bearer, sizeof bearer, file)) exit(8);
        fclose(file);
        return;
    }
    snprintf(
        body, sizeof body, "{\"grant_type\":\"client_credentials\",\"client_id\":\"%s\",\"client_secret\":\"%s\"}",
        setting("COGNIGY_CLIENT_ID"), setting("COGNIGY_CLIENT_SECRET"));
    request("/api/v1/auth", body);
    value_of("access_token", bearer, sizeof bearer);
    mkdir(setting("COGNIGY_PATHS_STATE"), 0700);
    if ((file = fopen(path, "w"))) {
        fputs(bearer, file);
        fclose(file);
    }
}

static void join(void) {
    char session[256], body[1024];
    snprintf(
        body, sizeof body,
        "{\"flowId\":\"%s\",\"sessionId\":\"%s\",\"metadata\":{\"source\":\"asterisk_agi\",\"caller\":\"%s\"}}",
        setting("COGNIGY_FLOW_ID"), id, caller);
    const char *host = strstr(base, "//") + 2;
    if (CONNECTIONS == 1) {
        connect_line();
        int count = snprintf(
            buffer, sizeof buffer,
            "POST /api/v1/sessions HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
            "Content-Length: %zu\r\n\r\n%s",
            host, bearer, strlen(body), body);
        line_send(buffer, count);
        line_answer();
    } else {
        request("/api/v1/sessions", body);
    }
    value_of("id", session, sizeof session);
    if (CONNECTIONS == 2) connect_line();
    int count = snprintf(
        buffer, sizeof buffer,
        "GET /api/v1/sessions/%s/voice HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer %s\r\n"
        "X-Cognigy-Session-Id: %s\r\n\r\n",
        session, host, bearer, session);
    line_send(buffer, count);
}

static void join_endpoint(void) {
    connect_line();
    int count = snprintf(
        buffer, sizeof buffer,
        "GET /socket.io/?EIO=3&transport=websocket&handshake=true HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        strstr(base, "//") + 2);
    line_send(buffer, count);
}

// A packet of Socket.IO: its question, its readiness, or an event that asks for an acknowledgement by its number.
static void answer(const char *packet) {
    char text[1024];
    if (!strncmp(packet, "420[", 4)) {
        snprintf(
            text, sizeof text,
            "430[{\"emitWithAck\":true,\"sessionId\":\"%s\",\"testMode\":false,\"urlToken\":\"%s\",\"userId\":\"%s\"}]", id,
            url_token(), caller);
        frame(1, text);
    } else if (strstr(packet, "[\"endpoint-ready\"")) {
        input(0);
    } else if (!strncmp(packet, "42", 2) && packet[2] != '[') {
        snprintf(text, sizeof text, "43%d[]", atoi(packet + 2));
        frame(1, text);
    }
}

int main(void) {
    char *text;
    while (*(text = reply_line())) {
        if (!strncmp(text, "agi_uniqueid: ", 14)) snprintf(id, sizeof id, "%s", text + 14);
        if (!strncmp(text, "agi_callerid: ", 14)) snprintf(caller, sizeof caller, "%s", text + 14);
    }
    ask("ANSWER\n");
    base = setting("COGNIGY_BASE_URL");
    authority = setting("COGNIGY_CA_FILE");
    session_file = setting("FLOOR_SESSION");
    endpoint = setting("COGNIGY_ENDPOINT_URL");
    curl_global_init(CURL_GLOBAL_SSL);
    if (*endpoint) {
        join_endpoint();
    } else {
        token();
        join();
    }

    // What has come of the handshake's answer and of the frames behind it.
    static unsigned char heard[1 << 16];
    size_t count = 0;
    int upgraded = 0;
    say("WAIT FOR DIGIT -1\n");
    for (;;) {
        size_t more = line_receive(heard + count, sizeof heard - 1 - count);
        count += more;
        heard[count] = 0;
        if (!upgraded && (text = strstr((char *)heard, "\r\n\r\n"))) {
            upgraded = 1;
            count -= (unsigned char *)text + 4 - heard;
            memmove(heard, text + 4, count);
        }
        size_t length = count > 1 ? heard[1] : 0, head = 2;
        if (length == 126 && count > 3) length = heard[2] << 8 | heard[3], head = 4;
        if (!upgraded || count < 2 || count < head + length) {
            if (more) continue;
            struct pollfd wait[2] = {{0, POLLIN, 0}, {line_socket(), POLLIN, 0}};
            poll(wait, 2, -1);
            if (wait[0].revents) {
                int key = reply();
                say("WAIT FOR DIGIT -1\n");
                press(key);
            }
            continue;
        }
        char message[4096], number[64];
        snprintf(message, sizeof message, "%.*s", (int)length, (char *)heard + head);
        count -= head + length;
        memmove(heard, heard + head + length, count);
        memcpy(buffer, message, strlen(message) + 1);
        if (*endpoint) answer(message);
        char *said = strstr(message, "\"text\":\"");
        int speaks = said && said[8] != '"';
        if (speaks) {
            char command[128];
            value_of("text", number, sizeof number);
            snprintf(command, sizeof command, "SAY NUMBER %s \"0123456789*#\"\n", number);
            play(command);
        }
        if (strstr(message, *endpoint ? "\"hangup\"" : "\"end\":true")) break;
        if (speaks) say("WAIT FOR DIGIT -1\n");
    }
    frame(8, "\x03\xe8");
    ask("SET VARIABLE COGNIGY_STATUS COMPLETED\n");
    ask("HANGUP\n");
    return 0;
}
