package dev.cairn.incident;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.IncidentAccount;
import dev.cairn.IncidentReport;
import dev.cairn.IncidentReport.Prepared;
import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * An incident whose message is not sent yet, and the number of failures for which it will
 * stand. Thread-safe, free of locks.
 */
final class Held {

	/** A count that no failure can join. */
	private static final long CLOSED = Long.MIN_VALUE;

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private static final int MAX_PAUSES = 100;

	private final Incident incident;

	/** Let go once it was used: what it holds of the failing thread may be large. */
	private volatile @Nullable IncidentReport report;

	private final IncidentAccount account;

	/** What it is counted as when it is sent; {@code null} when it was counted before. */
	private final @Nullable String typeToCount;

	/** The failures for which it stands; negative once it is on its way. */
	private final AtomicLong count = new AtomicLong(1);

	private volatile @Nullable Prepared prepared;

	private final AtomicBoolean preparing = new AtomicBoolean();

	private volatile boolean ready;

	private volatile Map<String, ?> more = Map.of();

	Held(Incident incident, IncidentReport report, IncidentAccount account, @Nullable String typeToCount) {
		this.typeToCount = typeToCount;
		this.incident = incident;
		this.report = report;
		this.account = account;
	}

	/** Whether it is known by a text only. */
	boolean isText() {
		return this.typeToCount != null;
	}

	Incident incident() {
		return this.incident;
	}

	/** Say more in the message. */
	void add(Map<String, ?> fields) {
		this.more = fields;
	}

	/** Build the message, on the thread that failed; once only. */
	void prepare() {
		IncidentReport report = this.report;
		if (report == null || !this.preparing.compareAndSet(false, true)) {
			return;
		}
		try {
			this.prepared = report.prepare(this.incident.id());
		}
		finally {
			this.report = null;
			if (this.prepared == null) {
				this.incident.refuse();
			}
			this.ready = true;
		}
	}

	/** Give the thread that failed a moment to build the message, when time is up. */
	void awaitReady() {
		for (int i = 0; !this.ready && this.preparing.get() && i < MAX_PAUSES; i++) {
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	/** Whether the thread that failed has built the message. */
	boolean isReady() {
		return this.ready;
	}

	/**
	 * Have it stand for one failure more.
	 * @return {@code false} when it is on its way already
	 */
	boolean join() {
		return join(1);
	}

	private boolean join(long number) {
		return this.count.getAndAdd(number) > 0;
	}

	/**
	 * Have another one stand for all for which this one does.
	 * @param other the one that waits
	 * @return {@code false} when that is on its way already
	 */
	boolean join(Held other) {
		return other.join(Math.max(1, this.count.get()));
	}

	/**
	 * Have it stand for one failure less.
	 * @return how many are left, or -1 when it is on its way already
	 */
	long leave() {
		long before = this.count.getAndUpdate((count) -> (count > 1) ? count - 1 : (count == 1) ? CLOSED : count);
		return (before > 0) ? before - 1 : -1;
	}

	/**
	 * Send it; whoever is second does nothing.
	 * @param remark what the group says of it
	 */
	void send(Map<String, ?> remark) {
		long stoodFor = this.count.getAndSet(CLOSED);
		if (stoodFor < 0) {
			return;
		}
		boolean accepted = false;
		try {
			prepare();
			Prepared message = this.prepared;
			this.prepared = null;
			accepted = message != null && message.send(fields(remark, stoodFor));
		}
		finally {
			if (!accepted) {
				this.incident.refuse();
			}
			if (this.typeToCount != null) {
				this.account.failed(this.typeToCount, stoodFor);
			}
			this.account.sent(accepted, stoodFor);
		}
	}

	private Map<String, Object> fields(Map<String, ?> remark, long count) {
		if (this.more.isEmpty() && remark.isEmpty()) {
			return Map.of(Message.FIELD_COUNT, count);
		}
		Map<String, Object> all = new LinkedHashMap<>(this.more);
		all.putAll(remark);
		all.put(Message.FIELD_COUNT, count);
		return all;
	}

}
