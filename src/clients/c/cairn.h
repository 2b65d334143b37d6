/*
 * Sends events and StatsD lines to a collector of Cairn by UDP, and writes the statistics of a process to a pipe, in the format
 * of statvent. One header, C99 and POSIX. Link with -pthread if you use the pipe.
 *
 *     cairn_client cairn;
 *     cairn_message m;
 *
 *     cairn_open(&cairn, "127.0.0.1", "8126", "shop");
 *     cairn_begin(&m, "order.placed");
 *     cairn_integer(&m, "order_id", 7);
 *     cairn_number(&m, "total", 78.0);
 *     cairn_send(&cairn, &m);
 *     cairn_count(&cairn, "orders", 1);
 *     cairn_close(&cairn);
 *
 * No function waits for the network, allocates memory, or ends the process; cairn_open may wait for the name service. UDP
 * delivers or loses: what the system does not take is counted in `dropped`.
 *
 * A client may be used by all threads, and after a fork. A message belongs to one thread at a time.
 * The header needs _POSIX_C_SOURCE 200809L, or its first line in the file that includes it, and GCC or Clang for its counters.
 */
#ifndef CAIRN_H
#define CAIRN_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* The largest message in bytes: what fits into one packet of a usual network */
#ifndef CAIRN_MAX_MESSAGE
#define CAIRN_MAX_MESSAGE 1432
#endif

/* --- messages */

typedef struct {
	char type[201];
	int severity;
	const char *trace_id; /* 32 and 16 hex digits, or NULL; they must live until the message is sent */
	const char *span_id;
	size_t length;
	int failed; /* it does not fit, or the type is invalid */
	char fields[CAIRN_MAX_MESSAGE];
} cairn_message;

static inline void cairn_append_(char *to, size_t size, size_t *length, int *failed, const char *text, size_t count) {
	if (*failed || *length + count >= size) {
		*failed = 1;
		return;
	}
	memcpy(to + *length, text, count);
	*length += count;
	to[*length] = '\0';
}

/* The length of the UTF-8 sequence at the text, or 0 */
static inline size_t cairn_utf8_(const unsigned char *text) {
	unsigned char low = 0x80, high = 0xbf;
	size_t count, i;
	if (text[0] < 0x80) return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4) return 0;
	count = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	if (text[0] == 0xe0) low = 0xa0;
	if (text[0] == 0xed) high = 0x9f;
	if (text[0] == 0xf0) low = 0x90;
	if (text[0] == 0xf4) high = 0x8f;
	for (i = 1; i < count; i++) {
		if (text[i] < low || text[i] > high) return 0;
		low = 0x80;
		high = 0xbf;
	}
	return count;
}

/* Appends a JSON string. What is not UTF-8 becomes U+FFFD. */
static inline void cairn_quote_(char *to, size_t size, size_t *length, int *failed, const char *text) {
	const unsigned char *at = (const unsigned char *) (text ? text : "");
	char escape[8];
	size_t count;
	cairn_append_(to, size, length, failed, "\"", 1);
	while (*at && !*failed) {
		count = cairn_utf8_(at);
		if (count == 0) {
			cairn_append_(to, size, length, failed, "\xef\xbf\xbd", 3);
			count = 1;
		}
		else if (*at == '"' || *at == '\\') {
			escape[0] = '\\';
			escape[1] = (char) *at;
			cairn_append_(to, size, length, failed, escape, 2);
		}
		else if (*at < 0x20 || *at == 0x7f) {
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned) *at);
			cairn_append_(to, size, length, failed, escape, 6);
		}
		else cairn_append_(to, size, length, failed, (const char *) at, count);
		at += count;
	}
	cairn_append_(to, size, length, failed, "\"", 1);
}

static inline void cairn_name_(cairn_message *m, const char *name) {
	if (m->length) cairn_append_(m->fields, sizeof(m->fields), &m->length, &m->failed, ",", 1);
	cairn_quote_(m->fields, sizeof(m->fields), &m->length, &m->failed, name);
	cairn_append_(m->fields, sizeof(m->fields), &m->length, &m->failed, ":", 1);
}

static inline void cairn_raw_(cairn_message *m, const char *name, const char *json) {
	cairn_name_(m, name);
	cairn_append_(m->fields, sizeof(m->fields), &m->length, &m->failed, json, strlen(json));
}

/* Begins a message. The type has 1 to 200 characters of A-Z, a-z, 0-9 and _.:/- */
static inline void cairn_begin(cairn_message *m, const char *type) {
	const char *allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/-";
	size_t count = type ? strlen(type) : 0;
	m->severity = 6;
	m->trace_id = m->span_id = NULL;
	m->length = 0;
	m->fields[0] = m->type[0] = '\0';
	m->failed = count < 1 || count > 200 || strspn(type, allowed) != count;
	if (!m->failed) memcpy(m->type, type, count + 1);
}

/* Add a field. A name must be used once. */
static inline void cairn_text(cairn_message *m, const char *name, const char *value) {
	cairn_name_(m, name);
	cairn_quote_(m->fields, sizeof(m->fields), &m->length, &m->failed, value);
}

static inline void cairn_integer(cairn_message *m, const char *name, long long value) {
	char text[32];
	snprintf(text, sizeof(text), "%lld", value);
	cairn_raw_(m, name, text);
}

static inline void cairn_number(cairn_message *m, const char *name, double value) {
	char text[40], *from, *to;
	if (!isfinite(value)) {
		cairn_raw_(m, name, isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
		return;
	}
	snprintf(text, sizeof(text), "%.15g", value);
	/* The decimal point of the locale may be any text */
	for (from = to = text; *from; from++) {
		if (strchr("0123456789+-e", *from)) *to++ = *from;
		else if (to == text || to[-1] != '.') *to++ = '.';
	}
	*to = '\0';
	cairn_raw_(m, name, text);
}

static inline void cairn_boolean(cairn_message *m, const char *name, int value) { cairn_raw_(m, name, value ? "true" : "false"); }

static inline void cairn_null(cairn_message *m, const char *name) { cairn_raw_(m, name, "null"); }

/* --- UDP */

typedef struct {
	int socket;
	int random;
	char host[64];
	char service[128];
	unsigned long sent;    /* taken by the system; UDP has no answer */
	unsigned long dropped; /* not taken by the system, too large, or invalid */
} cairn_client;

static inline unsigned long cairn_sent(cairn_client *c) { return __sync_fetch_and_add(&c->sent, 0); }
static inline unsigned long cairn_dropped(cairn_client *c) { return __sync_fetch_and_add(&c->dropped, 0); }

/* Opens the socket. The service may be NULL. Returns 0, or -1; then nothing is sent, and all is counted as dropped. */
static inline int cairn_open(cairn_client *c, const char *host, const char *port, const char *service) {
	struct addrinfo hints, *found = NULL, *each;
	memset(c, 0, sizeof(*c));
	c->socket = c->random = -1;
	if (gethostname(c->host, sizeof(c->host) - 1) != 0) c->host[0] = '\0';
	snprintf(c->service, sizeof(c->service), "%s", service ? service : "");
	c->random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_DGRAM;
	if (c->random < 0 || getaddrinfo(host, port, &hints, &found) != 0) return -1;
	for (each = found; each && c->socket < 0; each = each->ai_next) {
		c->socket = socket(each->ai_family, each->ai_socktype, each->ai_protocol);
		if (c->socket < 0) continue;
		fcntl(c->socket, F_SETFD, FD_CLOEXEC);
		fcntl(c->socket, F_SETFL, O_NONBLOCK);
		if (connect(c->socket, each->ai_addr, each->ai_addrlen) != 0) {
			close(c->socket);
			c->socket = -1;
		}
	}
	freeaddrinfo(found);
	return c->socket < 0 ? -1 : 0;
}

static inline void cairn_close(cairn_client *c) {
	if (c->socket >= 0) close(c->socket);
	if (c->random >= 0) close(c->random);
	c->socket = c->random = -1;
}

static inline int cairn_write_(cairn_client *c, const char *text, size_t length, int failed) {
	ssize_t result = -1;
	if (!failed && c->socket >= 0) {
		result = send(c->socket, text, length, 0);
		/* The error of a datagram before, to which nobody listened; this one has not been sent yet */
		if (result < 0 && errno == ECONNREFUSED) result = send(c->socket, text, length, 0);
	}
	__sync_fetch_and_add(result < 0 ? &c->dropped : &c->sent, 1);
	return result < 0 ? -1 : 0;
}

/* Sends a message. Returns 0 if the system has taken it, and -1 if it was dropped. */
static inline int cairn_send(cairn_client *c, cairn_message *m) {
	char json[CAIRN_MAX_MESSAGE], text[160];
	unsigned char r[10];
	size_t length = 0, size = sizeof(json);
	int failed = m->failed;
	struct timespec now;
	struct tm utc;
	unsigned long long millis;
	int count;
	if (c->random < 0 || read(c->random, r, sizeof(r)) != (ssize_t) sizeof(r)) failed = 1;
	if (failed) return cairn_write_(c, "", 0, 1);
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	millis = (unsigned long long) now.tv_sec * 1000 + (unsigned long long) now.tv_nsec / 1000000;
	count = snprintf(text, sizeof(text), "{\"id\":\"%08llx-%04llx-7%01x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x\",\"type\":\"", millis >> 16,
			millis & 0xffff, r[0] & 15u, r[1], (r[2] & 0x3fu) | 0x80u, r[3], r[4], r[5], r[6], r[7], r[8], r[9]);
	cairn_append_(json, size, &length, &failed, text, (size_t) count);
	cairn_append_(json, size, &length, &failed, m->type, strlen(m->type));
	count = snprintf(text, sizeof(text), "\",\"timestamp\":\"%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ\",\"severity\":%d,\"pid\":%ld,\"hostname\":",
			(utc.tm_year + 1900) % 10000, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now.tv_nsec / 1000,
			m->severity, (long) getpid());
	cairn_append_(json, size, &length, &failed, text, (size_t) count);
	cairn_quote_(json, size, &length, &failed, c->host);
	if (c->service[0]) {
		cairn_append_(json, size, &length, &failed, ",\"service\":", 11);
		cairn_quote_(json, size, &length, &failed, c->service);
	}
	if (m->trace_id && m->span_id) {
		cairn_append_(json, size, &length, &failed, ",\"trace_id\":", 12);
		cairn_quote_(json, size, &length, &failed, m->trace_id);
		cairn_append_(json, size, &length, &failed, ",\"span_id\":", 11);
		cairn_quote_(json, size, &length, &failed, m->span_id);
	}
	cairn_append_(json, size, &length, &failed, ",\"fields\":{", 11);
	cairn_append_(json, size, &length, &failed, m->fields, m->length);
	cairn_append_(json, size, &length, &failed, "}}", 2);
	return cairn_write_(c, json, length, failed);
}

/* Sends a line of StatsD. Characters of its syntax in the name become _ */
static inline int cairn_statsd_(cairn_client *c, const char *name, const char *format, ...) {
	char line[512];
	size_t i, length = strlen(name);
	va_list values;
	if (length == 0 || length > 400) return cairn_write_(c, "", 0, 1);
	for (i = 0; i < length; i++) line[i] = strchr(":|@#,\n\r", name[i]) ? '_' : name[i];
	va_start(values, format);
	length += (size_t) vsnprintf(line + length, sizeof(line) - length, format, values);
	va_end(values);
	return cairn_write_(c, line, length, 0);
}

static inline int cairn_count(cairn_client *c, const char *name, long long value) { return cairn_statsd_(c, name, ":%lld|c", value); }

/* A negative gauge would be read as a difference */
static inline int cairn_gauge(cairn_client *c, const char *name, long long value) {
	return value < 0 ? cairn_statsd_(c, name, ":0|g\n%s:%lld|g", name, value) : cairn_statsd_(c, name, ":%lld|g", value);
}

static inline int cairn_timing(cairn_client *c, const char *name, long long millis) { return cairn_statsd_(c, name, ":%lld|ms", millis); }

/* --- the pipe: <directory>/<pid>.stats, which each reader reads once: lines "name: %d" and "name: %f" */

#ifndef CAIRN_MAX_STATS
#define CAIRN_MAX_STATS 64
#endif

typedef struct {
	char name[128];
	int floating;
	long long integer;
	double number;
} cairn_stat_;

typedef struct {
	pthread_mutex_t lock;
	pthread_t thread;
	char path[512];
	char next[512];
	pid_t pid;
	int running;
	int stopping;
	int count;
	unsigned long dropped; /* values of names beyond the limit, or that are not valid */
	cairn_stat_ stats[CAIRN_MAX_STATS];
} cairn_pipe;

static inline void cairn_pipe_write_(cairn_pipe *p, int file) {
	char line[512];
	int i, length;
	for (i = 0;; i++) {
		pthread_mutex_lock(&p->lock);
		if (i == p->count) length = 0;
		else if (p->stats[i].floating) length = snprintf(line, sizeof(line), "%s: %f\n", p->stats[i].name, p->stats[i].number);
		else length = snprintf(line, sizeof(line), "%s: %lld\n", p->stats[i].name, p->stats[i].integer);
		pthread_mutex_unlock(&p->lock);
		/* A reader may have closed its end: SIGPIPE is blocked in this thread */
		if (length <= 0 || length >= (int) sizeof(line) || write(file, line, (size_t) length) < 0) return;
	}
}

static inline int cairn_pipe_stopping_(cairn_pipe *p) {
	int stopping;
	pthread_mutex_lock(&p->lock);
	stopping = p->stopping;
	pthread_mutex_unlock(&p->lock);
	return stopping;
}

static inline void *cairn_pipe_run_(void *argument) {
	cairn_pipe *p = (cairn_pipe *) argument;
	int file;
	while (!cairn_pipe_stopping_(p)) {
		file = open(p->path, O_WRONLY | O_CLOEXEC); /* waits for a reader */
		if (file < 0) return NULL;
		if (!cairn_pipe_stopping_(p)) {
			/* The next reader gets a pipe of its own, or it would share what this one reads */
			unlink(p->next);
			if (mkfifo(p->next, 0600) == 0) rename(p->next, p->path);
			cairn_pipe_write_(p, file);
		}
		close(file);
	}
	return NULL;
}

/*
 * Creates the pipe, in a directory that only its owner may read, and starts the thread that writes it. Returns 0, or -1 if the
 * directory cannot be created, belongs to another user, or is open to others. A child of a fork needs a pipe of its own.
 */
static inline int cairn_pipe_open(cairn_pipe *p, const char *directory) {
	struct stat facts;
	sigset_t blocked, before;
	int failed;
	memset(p, 0, sizeof(*p));
	pthread_mutex_init(&p->lock, NULL);
	p->pid = getpid();
	if (mkdir(directory, 0700) != 0 && errno != EEXIST) return -1;
	if (lstat(directory, &facts) != 0 || !S_ISDIR(facts.st_mode) || facts.st_uid != geteuid() || (facts.st_mode & 077)) return -1;
	if (snprintf(p->path, sizeof(p->path), "%s/%ld.stats", directory, (long) p->pid) >= (int) sizeof(p->path)
			|| snprintf(p->next, sizeof(p->next), "%s/.%ld.next", directory, (long) p->pid) >= (int) sizeof(p->next)) return -1;
	unlink(p->path); /* of a process before, with this id */
	if (mkfifo(p->path, 0600) != 0) return -1;
	sigfillset(&blocked);
	pthread_sigmask(SIG_SETMASK, &blocked, &before);
	failed = pthread_create(&p->thread, NULL, cairn_pipe_run_, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed) unlink(p->path);
	p->running = !failed;
	return failed ? -1 : 0;
}

/* Ends the thread, by opening the pipe for reading, and removes the pipe. */
static inline void cairn_pipe_close(cairn_pipe *p) {
	int file;
	if (!p->running || p->pid != getpid()) return;
	pthread_mutex_lock(&p->lock);
	p->stopping = 1;
	pthread_mutex_unlock(&p->lock);
	file = open(p->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file < 0) pthread_detach(p->thread); /* somebody has removed the pipe, so nothing can end the wait */
	else pthread_join(p->thread, NULL);
	if (file >= 0) close(file);
	unlink(p->path);
	unlink(p->next);
	p->running = 0;
}

static inline cairn_stat_ *cairn_stat_of_(cairn_pipe *p, const char *name) {
	int i;
	for (i = 0; i < p->count; i++) {
		if (strcmp(p->stats[i].name, name) == 0) return &p->stats[i];
	}
	if (p->count == CAIRN_MAX_STATS || !*name || strlen(name) >= sizeof(p->stats[0].name) || strpbrk(name, "\n\r")) {
		p->dropped++;
		return NULL;
	}
	strcpy(p->stats[p->count].name, name);
	return &p->stats[p->count++];
}

static inline void cairn_change_(cairn_pipe *p, const char *name, int add, int floating, long long integer, double number) {
	cairn_stat_ *stat;
	pthread_mutex_lock(&p->lock);
	stat = cairn_stat_of_(p, name);
	if (stat) {
		if (!add) {
			stat->integer = 0;
			stat->number = 0;
		}
		stat->floating |= floating; /* a value that was a float stays one */
		stat->integer += integer;
		stat->number += number;
	}
	pthread_mutex_unlock(&p->lock);
}

/* Add to a value, which begins with 0, or set it. */
static inline void cairn_incr(cairn_pipe *p, const char *name, long long by) { cairn_change_(p, name, 1, 0, by, (double) by); }
static inline void cairn_incr_number(cairn_pipe *p, const char *name, double by) { cairn_change_(p, name, 1, 1, (long long) 0, by); }
static inline void cairn_set(cairn_pipe *p, const char *name, long long value) { cairn_change_(p, name, 0, 0, value, (double) value); }
static inline void cairn_set_number(cairn_pipe *p, const char *name, double value) { cairn_change_(p, name, 0, 1, 0, value); }

#endif
