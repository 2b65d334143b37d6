package dev.cairn.incident;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

import dev.cairn.MessageFields;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

/**
 * One failure, from its first report on. Its message is built on the thread that failed,
 * without a lock, and may stand for other failures of its kind. The message is sent once
 * it is both {@linkplain #complete built} and released, by whichever thread comes second.
 * Thread-safe; until the message is released, the lock of the group or of the retry scope
 * that holds it guards the numbers.
 */
public final class Incident {

	/** The type under which the account counts failures without a throwable. */
	static final String TEXT_TYPE = "text";

	/** The bound on the chain of incidents that are the same failure. */
	private static final int MAX_STEPS = 100;

	private final ReportOrigin origin;

	private final boolean provisional;

	private volatile String id = newId();

	/** Whether the application has reported the failure, and nobody has captured it. */
	private boolean reportedOnly;

	private volatile boolean refused;

	private volatile boolean withheld;

	/** The incident that is the same failure. */
	private volatile @Nullable Incident same;

	private long count = 1;

	/** The failures without a throwable, which are counted when the message is sent. */
	private long texts;

	private Map<String, ?> details = Map.of();

	private @Nullable Predicate<Map<String, ?>> message;

	private boolean complete;

	/** Whether the answer to a request is waited for. */
	private boolean undecided;

	/** Counts an undecided failure, unless it is a text; runs what waits for it. */
	private @Nullable String undecidedType;

	private @Nullable Runnable whenDecided;

	/** Counts the message; {@code null} until the message is released. */
	private @Nullable IncidentCounts account;

	/**
	 * Creates an incident.
	 * @param trace the trace in which the failure is reported first
	 */
	public Incident(@Nullable Trace trace) {
		this(trace, false);
	}

	/**
	 * Creates an incident.
	 * @param trace the trace in which the failure is reported first
	 * @param provisional whether the answer to a request may decide that it is none
	 */
	public Incident(@Nullable Trace trace, boolean provisional) {
		this.origin = new ReportOrigin(trace);
		this.provisional = provisional;
	}

	/** Returns an id in the format of Sentry's event ids: a UUID version 4. */
	private static String newId() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
		long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
		return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
	}

	/**
	 * Returns the id that the message has.
	 * @return 32 lower-case hex digits
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Returns the id of the failure, which may be that of another incident whose message
	 * stands for it.
	 * @return the id; {@code null} if no message with it was accepted, or as long as none
	 * may be
	 */
	public @Nullable String acceptedId() {
		Incident self = self();
		return (self.refused || self.withheld) ? null : self.id;
	}

	/**
	 * Returns the trace in which the failure was reported first.
	 * @return the trace; {@code null} without one
	 */
	public @Nullable Trace trace() {
		return this.origin.trace();
	}

	/**
	 * Sets the trace in which the failure is reported first.
	 * @param trace the trace
	 */
	public void trace(@Nullable Trace trace) {
		this.origin.trace(trace);
	}

	ReportOrigin origin() {
		return this.origin;
	}

	Incident self() {
		Incident self = this;
		Incident next = self.same;
		for (int i = 0; next != null && i < MAX_STEPS; i++) {
			self = next;
			next = self.same;
		}
		return self;
	}

	void isSameAs(Incident other) {
		if (other.self() != this) {
			this.same = other;
		}
	}

	/** Sets an id that has been returned to a caller before. */
	void id(String id) {
		this.id = id;
	}

	/** Sets the id under which the application has reported the failure itself. */
	synchronized void reportedAs(String id) {
		this.id = id;
		this.reportedOnly = true;
	}

	synchronized boolean isReportedOnly() {
		return this.reportedOnly;
	}

	/** Passes the id on to the incident of a failure that has only been reported. */
	synchronized boolean takenOverBy(Incident captured) {
		if (!this.reportedOnly) {
			return false;
		}
		this.reportedOnly = false;
		captured.id = this.id;
		isSameAs(captured);
		return true;
	}

	/** Withholds the id until it is certain that a message has it. */
	void withhold(boolean withheld) {
		this.withheld = withheld;
	}

	boolean isRefused() {
		return this.refused;
	}

	void refuse() {
		this.refused = true;
	}

	boolean isProvisional() {
		return this.provisional;
	}

	synchronized boolean isUndecided() {
		return this.undecided;
	}

	/** Marks this as a failure that is counted once it is certain that it is one. */
	synchronized void undecided(@Nullable String type) {
		this.undecided = true;
		this.undecidedType = type;
	}

	/** It is certain now that this is a failure. */
	void decide(IncidentCounts account) {
		String type;
		Runnable action;
		synchronized (this) {
			type = this.undecidedType;
			action = this.whenDecided;
			this.undecided = false;
			this.undecidedType = null;
			this.whenDecided = null;
		}
		if (type != null) {
			account.failed(type, 1);
		}
		if (action != null) {
			action.run();
		}
	}

	/**
	 * Runs an action once it is certain that this is a failure, unless it turns out that
	 * it is none.
	 * @param action the action
	 */
	public void whenDecided(Runnable action) {
		synchronized (this) {
			if (this.undecided) {
				this.whenDecided = action;
				return;
			}
		}
		action.run();
	}

	/**
	 * It is no failure, and no longer part of the numbers. The message is kept if it
	 * stands for others. Returns whether that was undecided.
	 */
	synchronized boolean withdraw() {
		if (!this.undecided) {
			return false;
		}
		this.undecided = false;
		this.undecidedType = null;
		this.whenDecided = null;
		if (this.same != null || this.count == 0) {
			this.message = null;
			this.same = null;
			refuse();
		}
		return true;
	}

	/** Marks this as a failure without a throwable. */
	void isText() {
		this.texts = 1;
	}

	/** Adds fields to the message. */
	void details(Map<String, ?> details) {
		this.details = details;
	}

	/** Adds fields that a later report of the failure has, unless the message is sent. */
	synchronized void describe(Map<String, ?> fields) {
		if (this.account == null) {
			Map<String, Object> all = new LinkedHashMap<>(fields);
			all.putAll(this.details);
			this.details = all;
		}
	}

	/** Counts one more failure that the message stands for. */
	void increment() {
		this.count++;
	}

	/** Counts one failure less, and returns how many are left. */
	long decrement(boolean text) {
		this.texts -= text ? 1 : 0;
		return --this.count;
	}

	/** Makes the message of another incident stand for the failures of this one. */
	void mergeInto(Incident other) {
		other.count += this.count;
		other.texts += this.texts;
		isSameAs(other);
	}

	/**
	 * Sets the message, which is sent now or when its turn comes.
	 * @param message sends the message with further fields, and returns whether a sink
	 * accepted it; {@code null} if there is no message
	 */
	public void complete(@Nullable Predicate<Map<String, ?>> message) {
		if (message == null) {
			refuse();
		}
		IncidentCounts account;
		synchronized (this) {
			this.message = message;
			this.complete = true;
			account = this.account;
		}
		if (account != null) {
			send(account);
		}
	}

	/**
	 * Allows the message to be sent. Called once, after the last change of the numbers.
	 * @param remark further fields of the message
	 * @param account counts the message
	 */
	void release(Map<String, ?> remark, IncidentCounts account) {
		decide(account);
		synchronized (this) {
			Map<String, Object> fields = new LinkedHashMap<>(this.details);
			fields.putAll(remark);
			fields.put(MessageFields.COUNT, this.count);
			this.details = fields;
			this.account = account;
			if (!this.complete) {
				return;
			}
		}
		send(account);
	}

	private void send(IncidentCounts account) {
		Predicate<Map<String, ?>> message = this.message;
		Map<String, ?> fields = this.details;
		this.message = null;
		this.details = Map.of();
		boolean accepted = false;
		try {
			accepted = message != null && message.test(fields);
		}
		finally {
			if (!accepted) {
				refuse();
			}
			if (this.texts > 0) {
				account.failed(TEXT_TYPE, this.texts);
			}
			account.sent(accepted, this.count);
		}
	}

}
