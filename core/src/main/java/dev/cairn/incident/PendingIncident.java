package dev.cairn.incident;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

import dev.cairn.MessageFields;
import org.jspecify.annotations.Nullable;

/**
 * An incident whose message has not been sent yet, and the number of failures that the
 * message stands for. The message is built on the thread that failed, without a lock. It
 * is sent once it is both {@linkplain #complete built} and {@linkplain #release
 * released}, by whichever thread comes second. Until it is released, the group or the
 * retry scope that holds it guards the numbers with its own lock.
 */
public final class PendingIncident {

	/** The type under which the account counts failures without a throwable. */
	static final String TEXT_TYPE = "text";

	private final Incident incident;

	private final IncidentCounts account;

	private long count = 1;

	/** The failures without a throwable, which are counted when the message is sent. */
	private long texts;

	private Map<String, ?> details = Map.of();

	private @Nullable Predicate<Map<String, ?>> message;

	private boolean complete;

	private boolean released;

	PendingIncident(Incident incident, IncidentCounts account, boolean text) {
		this.incident = incident;
		this.account = account;
		this.texts = text ? 1 : 0;
	}

	Incident incident() {
		return this.incident;
	}

	/** Adds fields to the message. */
	void details(Map<String, ?> details) {
		this.details = details;
	}

	/** Counts one more failure that the message stands for. */
	void increment() {
		this.count++;
	}

	/** Counts one failure without a throwable less, and returns how many are left. */
	long decrement() {
		this.texts--;
		return --this.count;
	}

	/** Makes the message of another incident stand for the failures of this one. */
	void mergeInto(PendingIncident other) {
		other.count += this.count;
		other.texts += this.texts;
		this.incident.isSameAs(other.incident);
	}

	/**
	 * Sets the message, which is sent now or when its turn comes.
	 * @param message sends the message with further fields, and returns whether a sink
	 * accepted it; {@code null} if there is no message
	 */
	public void complete(@Nullable Predicate<Map<String, ?>> message) {
		if (message == null) {
			this.incident.refuse();
		}
		synchronized (this) {
			this.message = message;
			this.complete = true;
			if (!this.released) {
				return;
			}
		}
		send();
	}

	/**
	 * Allows the message to be sent. Called once, after the last change of the numbers.
	 * @param remark further fields of the message
	 */
	void release(Map<String, ?> remark) {
		synchronized (this) {
			this.released = true;
			if (!remark.isEmpty()) {
				Map<String, Object> all = new LinkedHashMap<>(this.details);
				all.putAll(remark);
				this.details = all;
			}
			if (!this.complete) {
				return;
			}
		}
		send();
	}

	private void send() {
		Predicate<Map<String, ?>> message = this.message;
		this.message = null;
		boolean accepted = false;
		try {
			accepted = message != null && message.test(fields());
		}
		finally {
			if (!accepted) {
				this.incident.refuse();
			}
			if (this.texts > 0) {
				this.account.failed(TEXT_TYPE, this.texts);
			}
			this.account.sent(accepted, this.count);
		}
	}

	private Map<String, ?> fields() {
		if (this.details.isEmpty()) {
			return Map.of(MessageFields.COUNT, this.count);
		}
		Map<String, Object> fields = new LinkedHashMap<>(this.details);
		fields.put(MessageFields.COUNT, this.count);
		return fields;
	}

}
