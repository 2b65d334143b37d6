"""Sends events to a collector of Cairn. One file, standard library only, Python 3.8 and later.

    import cairn

    client = cairn.Client("http://localhost:8080", key="...", service="shop")
    client.event("order.placed", {"order_id": 7, "total": 78.0})

An event is put into a bounded queue, and a daemon thread sends it. A call never waits for the network and never raises,
except for a programming error at the call itself, such as an invalid type. What is lost is counted: see Client.stats().
"""

import atexit
import gzip
import http.client
import json
import logging
import math
import os
import random
import re
import socket
import ssl
import sys
import threading
import time
import traceback
import weakref
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timezone
from urllib.parse import urlsplit

__all__ = ["Client", "Handler", "install_excepthook"]

CATEGORIES = ("behaviour", "quality", "environment", "operation")
RESERVED = ("timer", "counter", "gauge", "exception", "log", "http.request")

_TYPE = re.compile(r"[A-Za-z0-9_.:/-]{1,200}\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MAX_MESSAGE = 256 * 1024
_MAX_DEPTH = 8
_MAX_VALUES = 1000
_MAX_PAUSE = 60.0

_log = logging.getLogger("cairn")


class Client:
    """A connection to a collector, with its queue and its thread. It may be used by all threads, and after a fork.

    url             the address of the collector, or of its endpoint if that has another path; by default CAIRN_URL
    key             by default CAIRN_KEY
    service         by default CAIRN_SERVICE
    max_messages    the largest number of messages that are held
    max_bytes       their largest size
    batch           the largest number of messages in one request
    interval        the time in seconds that a message waits for others
    timeout         the time in seconds that a request may wait for the collector
    exit_timeout    the time in seconds in which close() and the end of the process send what is held
    """

    def __init__(self, url=None, key=None, service=None, *, max_messages=10000, max_bytes=32 * 1024 * 1024, batch=100,
                 interval=0.2, timeout=10.0, exit_timeout=5.0):
        self.url = url or os.environ.get("CAIRN_URL") or "http://127.0.0.1:8080"
        self._key = key or os.environ.get("CAIRN_KEY")
        self._service = service or os.environ.get("CAIRN_SERVICE")
        address = urlsplit(self.url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError("url is %r, and has to begin with http:// or https://" % self.url)
        if self._key and not re.match(r"[!-~]+\Z", self._key):
            raise ValueError("key contains characters that are not printable ASCII")
        self._https = address.scheme == "https"
        self._host, self._port = address.hostname, address.port
        self._path = (address.path if len(address.path) > 1 else "/cairn/events") + ("?" + address.query if address.query else "")
        self._max_messages, self._max_bytes, self._batch = max_messages, max_bytes, batch
        self._interval, self._timeout, self._exit_timeout = interval, timeout, exit_timeout
        self._hostname = socket.gethostname()
        self._reset()
        _clients.add(self)
        atexit.register(_close, weakref.ref(self))

    def event(self, type, fields=None, *, payload=None, severity=None, category=None, id=None, timestamp=None, logger=None,
              traceparent=None):
        """Sends an event, and returns its id, or None if it was dropped. Values that are no JSON are sent as text.

        severity     0 (emergency) to 7 (debug)
        id           a UUID, by default a new one; a message with an id that the collector has seen is stored once
        timestamp    a datetime, by default now
        traceparent  the trace that the event belongs to, as in the header of W3C; ignored if it is invalid
        """
        if not isinstance(type, str) or not _TYPE.match(type):
            raise ValueError("type is %r, and has to have 1 to 200 characters of A-Z, a-z, 0-9 and _.:/-" % (type,))
        if type in RESERVED:
            raise ValueError("type %r is reserved" % type)
        if fields is not None and not isinstance(fields, Mapping):
            raise TypeError("fields is %s, and has to be a mapping" % fields.__class__.__name__)
        if severity is not None and severity not in range(8):
            raise ValueError("severity is %r, and has to be a number from 0 to 7" % (severity,))
        if category is not None and category not in CATEGORIES:
            raise ValueError("category is %r, and has to be one of %s" % (category, ", ".join(CATEGORIES)))
        if id is not None and not _UUID.match(str(id)):
            raise ValueError("id is %r, and has to be a UUID" % (id,))
        if timestamp is not None and not isinstance(timestamp, datetime):
            raise TypeError("timestamp is %s, and has to be a datetime" % timestamp.__class__.__name__)
        try:
            message = {"id": _uuid7() if id is None else str(id), "type": type, "timestamp": _rfc3339(timestamp)}
            trace = _TRACEPARENT.match(traceparent) if isinstance(traceparent, str) else None
            optional = {
                "severity": severity, "payload": None if payload is None else _text(payload), "category": category,
                "logger": None if logger is None else _text(logger), "service": self._service, "hostname": self._hostname,
                "trace_id": trace.group(1) if trace else None, "span_id": trace.group(2) if trace else None}
            message.update((name, value) for name, value in optional.items() if value is not None)
            message["pid"] = os.getpid()
            message["fields"] = _plain(fields or {})
            return message["id"] if self._offer(_encode(message)) else None
        except Exception:  # such as MemoryError, or a mapping that raises
            self._count("failed")
            return None

    def bind(self, *, traceparent=None, **fields):
        """Returns a view of this client that adds the fields to each event."""
        return _Bound(self, fields, traceparent)

    def stats(self):
        """Returns the account: offered = accepted + refused + the values of dropped + held."""
        with self._changed:
            return {"offered": self._offered, "accepted": self._accepted, "refused": self._refused,
                    "dropped": dict(self._dropped), "held": len(self._queue) + len(self._sending), "retries": self._retries}

    def flush(self, timeout=5.0):
        """Waits until all messages are sent, for at most the time in seconds, and returns whether they are."""
        deadline = time.monotonic() + timeout
        with self._changed:
            self._flushing += 1
            self._changed.notify_all()
            try:
                return self._changed.wait_for(lambda: not self._queue and not self._sending, deadline - time.monotonic())
            finally:
                self._flushing -= 1

    def close(self, timeout=None):
        """Sends what is held, for at most the time in seconds. Messages that are left are dropped and counted."""
        with self._changed:
            self._deadline = time.monotonic() + (self._exit_timeout if timeout is None else timeout)
            self._closed = True
            thread = self._thread
            self._changed.notify_all()
        if thread and thread is not threading.current_thread():
            thread.join(max(0.0, self._deadline - time.monotonic()) + 0.1)
        if not (thread and thread.is_alive()):
            self._run()  # no thread can be started while the interpreter ends
        with self._changed:
            left = len(self._queue) + len(self._sending)
            self._dropped["closed"] = self._dropped.get("closed", 0) + left
            if not left:
                del self._dropped["closed"]
            self._queue.clear()
            self._sending, self._bytes = [], 0
        if left:
            _log.warning("%d messages were not sent to %s before the end", left, self._host)

    # --- the caller's side

    def _reset(self):
        # A new lock: in the child of a fork, the old one may be held by a thread that is not there
        self._changed = threading.Condition()
        self._queue, self._sending, self._bytes = deque(), [], 0
        self._offered = self._accepted = self._refused = self._retries = self._flushing = 0
        self._dropped, self._closed, self._deadline = {}, False, None
        self._thread, self._connection, self._down = None, None, False

    def _offer(self, encoded):
        with self._changed:
            self._offered += 1
            reason = ("closed" if self._closed else
                      "too_large" if len(encoded) > _MAX_MESSAGE else
                      "queue_full" if len(self._queue) + len(self._sending) >= self._max_messages
                      or self._bytes + len(encoded) > self._max_bytes else None)
            if reason:
                self._dropped[reason] = self._dropped.get(reason, 0) + 1
                return False
            self._queue.append(encoded)
            self._bytes += len(encoded)
            if self._thread is None:
                self._start()
            if len(self._queue) == 1 or len(self._queue) == self._batch:
                self._changed.notify_all()
            return True

    def _count(self, reason):
        with self._changed:
            self._offered += 1
            self._dropped[reason] = self._dropped.get(reason, 0) + 1

    def _start(self):
        thread = threading.Thread(target=self._run, name="cairn", daemon=True)
        try:
            thread.start()
            self._thread = thread
        except RuntimeError:
            return  # no thread can be started now: the next event, or close(), tries again
        # The processes of multiprocessing end without atexit
        processes = sys.modules.get("multiprocessing.process")
        if processes and processes.parent_process() is not None:
            from multiprocessing.util import Finalize
            Finalize(None, _close, args=(weakref.ref(self),), exitpriority=0)

    # --- the thread

    def _run(self):
        try:
            attempts = 0
            while self._take():
                pause = self._send(attempts)
                attempts = attempts + 1 if pause is not None else 0
                with self._changed:
                    if pause is None:
                        self._bytes -= sum(map(len, self._sending))
                        self._sending = []
                        self._changed.notify_all()
                    else:
                        self._retries += 1
                        self._wait(pause)
        except Exception:
            _log.exception("The thread of Cairn ended; the next event starts another")
            with self._changed:
                self._thread = None
        finally:
            if self._connection:
                self._connection.close()

    def _take(self):
        """Waits for messages, and returns whether there are any to send."""
        with self._changed:
            while not self._sending and not self._queue:
                if self._closed:
                    return False
                self._changed.wait()
            if not self._sending:
                end = time.monotonic() + self._interval
                self._changed.wait_for(lambda: len(self._queue) >= self._batch or self._flushing or self._closed,
                                       end - time.monotonic())
                size = 0
                while self._queue and len(self._sending) < self._batch and size < _MAX_MESSAGE:
                    self._sending.append(self._queue.popleft())
                    size += len(self._sending[-1])
            return not self._closed or time.monotonic() < self._deadline

    def _wait(self, seconds):
        end = time.monotonic() + seconds
        while True:
            limit = min(end, self._deadline) if self._closed else end
            if limit <= time.monotonic():
                return
            self._changed.wait(limit - time.monotonic())

    def _send(self, attempts):
        """Sends the batch. Returns None if it is done with, or the seconds to wait before it is sent again."""
        try:
            status, retry_after, answer = self._post(b"\n".join(self._sending))
        except (OSError, http.client.HTTPException, ssl.SSLError) as error:
            self._disconnect()
            return self._trouble(str(error) or error.__class__.__name__, attempts, None)
        if status == 429 or status >= 500:
            return self._trouble("status %d" % status, attempts, retry_after)
        if self._down:
            self._down = False
            _log.info("The collector at %s answers again", self._host)
        count, refused = len(self._sending), len(self._sending)
        if 200 <= status < 300:
            refused = answer.get("refused", 0)
            refused = refused if isinstance(refused, int) and 0 <= refused <= count else 0
        if refused:
            reasons = [each for each in answer.get("messages") or [] if isinstance(each, dict) and each.get("reason")]
            _log.warning("The collector at %s refused %d of %d messages with %d: %s", self._host, refused, count, status,
                         reasons[0]["reason"] if reasons else answer.get("error", "no reason given"))
        with self._changed:
            if self._sending:  # otherwise close() has counted them, because its time was up
                self._refused += refused
                self._accepted += count - refused
        return None

    def _post(self, body):
        headers = {"Content-Type": "application/x-ndjson", "X-Cairn-Sent-At": _rfc3339(None)}
        if self._key:
            headers["Authorization"] = "Bearer " + self._key
        if len(body) > 1024:
            body = gzip.compress(body, 4)
            headers["Content-Encoding"] = "gzip"
        timeout = max(0.1, min(self._timeout, self._deadline - time.monotonic())) if self._closed else self._timeout
        for fresh in (self._connection is None, True):
            if self._connection is None:
                kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
                self._connection = kind(self._host, self._port, timeout=timeout)
            elif self._connection.sock:
                self._connection.sock.settimeout(timeout)
            try:
                self._connection.request("POST", self._path, body, headers)
                response = self._connection.getresponse()
                break
            except (ConnectionError, http.client.BadStatusLine):
                # The server may have closed a connection that was idle
                self._disconnect()
                if fresh:
                    raise
        content = response.read(1024 * 1024)
        if response.read(1):
            self._disconnect()
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        return response.status, response.getheader("Retry-After"), answer if isinstance(answer, dict) else {}

    def _disconnect(self):
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def _trouble(self, text, attempts, retry_after):
        if not self._down:
            self._down = True
            _log.warning("The collector at %s is away: %s. Messages are held, and sent again.", self._host, text)
        if retry_after and retry_after.isdigit():
            return min(float(retry_after[:6]), _MAX_PAUSE)
        return min(0.1 * 2 ** min(attempts, 16), _MAX_PAUSE) * random.uniform(0.5, 1.0)


class _Bound:
    """A client with fields that each event has."""

    def __init__(self, client, fields, traceparent):
        self._client, self._fields, self._traceparent = client, fields, traceparent

    def event(self, type, fields=None, *, traceparent=None, **options):
        if fields is not None and not isinstance(fields, Mapping):
            raise TypeError("fields is %s, and has to be a mapping" % fields.__class__.__name__)
        merged = dict(self._fields)
        try:
            merged.update(fields or {})
        except Exception:
            self._client._count("failed")
            return None
        return self._client.event(type, merged, traceparent=traceparent or self._traceparent, **options)

    def bind(self, *, traceparent=None, **fields):
        return _Bound(self._client, {**self._fields, **fields}, traceparent or self._traceparent)

    def __getattr__(self, name):
        if name in ("stats", "flush", "close", "url"):
            return getattr(self._client, name)
        raise AttributeError(name)


class Handler(logging.Handler):
    """Sends the records of the log as events of the type python.log, with the stack trace of an exception."""

    def __init__(self, client, level=logging.WARNING):
        super().__init__(level)
        self._client = client

    def emit(self, record):
        if record.name == "cairn":
            return
        try:
            fields = {"logger": record.name, "level": record.levelname, "thread": record.threadName, "function": record.funcName,
                      "file": record.pathname, "line": record.lineno}
            if record.exc_info and record.exc_info[0]:
                fields["exception"] = _failure(*record.exc_info)
            self._client.event("python.log", fields, payload=record.getMessage(), logger=record.name,
                               timestamp=datetime.fromtimestamp(record.created, timezone.utc),
                               severity=2 if record.levelno >= 50 else 3 if record.levelno >= 40 else 4 if record.levelno >= 30
                               else 6 if record.levelno >= 20 else 7)
        except Exception:
            self.handleError(record)


def install_excepthook(client):
    """Sends each exception that ends the program or a thread, as an event of the type python.exception."""
    previous, previous_of_thread = sys.excepthook, threading.excepthook

    def send(kind, error, trace, thread):
        try:
            if not issubclass(kind, (KeyboardInterrupt, SystemExit)):
                client.event("python.exception", {"exception": _failure(kind, error, trace), "thread": thread}, severity=2,
                             category="quality")
        except Exception:
            pass

    def excepthook(kind, error, trace):
        send(kind, error, trace, "MainThread")
        previous(kind, error, trace)

    def excepthook_of_thread(args):
        send(args.exc_type, args.exc_value, args.exc_traceback, args.thread.name if args.thread else None)
        previous_of_thread(args)

    sys.excepthook, threading.excepthook = excepthook, excepthook_of_thread


def _failure(kind, error, trace):
    return {"type": "%s.%s" % (kind.__module__, kind.__qualname__), "message": _text(error),
            "stack_trace": "".join(traceback.format_exception(kind, error, trace))[-16384:]}


# --- values

def _uuid7():
    millis = time.time_ns() // 1000000
    bits = int.from_bytes(os.urandom(10), "big")
    digits = "%012x7%03x%x%03x%012x" % (millis, bits >> 68, 8 + (bits >> 66 & 3), bits >> 48 & 0xFFF, bits & 0xFFFFFFFFFFFF)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _rfc3339(timestamp):
    utc = datetime.now(timezone.utc) if timestamp is None else timestamp.astimezone(timezone.utc)
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _text(value):
    try:
        text = value if type(value) is str else str(value)
    except Exception:
        text = "[unprintable %s]" % value.__class__.__name__
    # Halves of surrogate pairs are not UTF-8
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def _plain(value):
    """Returns a copy of nothing but JSON, bounded in depth and number."""
    left = [_MAX_VALUES]

    def copy(value, depth, parents):
        left[0] -= 1
        if value is None or value is True or value is False:
            return value
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else str(float(value))
        if type(value) is int:
            return value if -2 ** 63 <= value < 2 ** 63 else _text(value)
        if not isinstance(value, (Mapping, list, tuple, set, frozenset)):
            return _text(value)
        if id(value) in parents:
            return "[circular]"
        if depth == _MAX_DEPTH:
            return "[too deep]"
        parents = parents | {id(value)}
        if isinstance(value, Mapping):
            result = {}
            for key in list(value):
                if left[0] <= 0:
                    break
                result[_text(key)] = copy(value[key], depth + 1, parents)
            return result
        items = []
        for item in list(value):
            if left[0] <= 0:
                break
            items.append(copy(item, depth + 1, parents))
        return items

    return copy(value, 0, frozenset())


def _encode(message):
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


# --- processes

_clients = weakref.WeakSet()


def _close(reference):
    client = reference()
    if client is not None and not client._closed:
        client.close()


def _after_fork():
    for client in list(_clients):
        # The parent sends what it holds, through its own connection
        closed = client._closed
        connection = client._connection
        client._reset()
        client._closed, client._deadline = closed, 0.0 if closed else None
        if connection and connection.sock:
            connection.sock.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
