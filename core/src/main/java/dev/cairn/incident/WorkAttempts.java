package dev.cairn.incident;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Attempts;
import dev.cairn.IncidentAccount;
import dev.cairn.IncidentRecorder.Capture;
import dev.cairn.Message;

/**
 * The attempts at one piece of work. Failures of one kind are one incident, whose message
 * waits for the end of the attempts, though not for ever.
 */
final class WorkAttempts implements Attempts {

	/** Kinds of failures in one piece of work; what comes beyond is not held back. */
	private static final int MAX_KINDS = 10;

	private final Incidents incidents;

	private final IncidentAccount account;

	private final Capture capture;

	private final Map<Long, Kind> kinds = new LinkedHashMap<>();

	private int failed;

	private boolean throwing;

	private boolean sendsAtOnce;

	WorkAttempts(Incidents incidents, IncidentAccount account, Capture capture) {
		this.incidents = incidents;
		this.account = account;
		this.capture = capture;
	}

	@Override
	public void begin() {
		this.incidents.enter(this);
	}

	@Override
	public void end() {
		this.incidents.leave(this);
	}

	@Override
	public void failed(Throwable thrown) {
		WorkAttempts before = this.incidents.enter(this);
		synchronized (this) {
			this.failed++;
			this.throwing = true;
		}
		try {
			this.capture.capture(thrown);
		}
		finally {
			synchronized (this) {
				this.throwing = false;
			}
			this.incidents.enter(before);
		}
	}

	@Override
	public void givenUp(Throwable thrown) {
		failed(thrown);
		synchronized (this) {
			this.kinds.values().forEach(this::send);
			this.sendsAtOnce = true;
		}
	}

	@Override
	public synchronized void succeeded() {
		this.kinds.values().forEach((kind) -> {
			if (kind.reported) {
				send(kind);
			}
			else {
				forget(kind);
			}
		});
		this.sendsAtOnce = true;
	}

	/** It takes too long: say what is known so far. */
	synchronized void hurry() {
		this.kinds.values().forEach(this::send);
		this.sendsAtOnce = true;
	}

	/**
	 * Keep a failure for the end of the attempts.
	 * @return whether its kind failed in an earlier attempt, is held, or is not taken
	 */
	synchronized Taken take(long fingerprint, Held held, String type) {
		Kind known = this.kinds.get(fingerprint);
		if (known != null) {
			known.reported |= !this.throwing;
			held.incident().isSameAs(known.held.incident());
			return Taken.KNOWN;
		}
		if (this.sendsAtOnce || this.kinds.size() >= MAX_KINDS) {
			return Taken.NOT;
		}
		held.incident().withhold();
		held.prepare();
		this.account.failed(type, 1);
		this.kinds.put(fingerprint, new Kind(fingerprint, held, !this.throwing));
		return Taken.HELD;
	}

	private void send(Kind kind) {
		if (!kind.settled) {
			kind.settled = true;
			kind.held.incident().release();
			if (this.failed > 0) {
				kind.held.add(Map.of(Message.FIELD_ATTEMPTS, this.failed));
			}
			this.incidents.arrive(kind.fingerprint, kind.held);
		}
	}

	private void forget(Kind kind) {
		if (!kind.settled) {
			kind.settled = true;
			kind.held.incident().refuse();
			this.account.recovered();
		}
	}

	/**
	 * What became of a failure that was offered to the attempts.
	 */
	enum Taken {

		/** It waits for the end of the attempts. */
		HELD,
		/** An earlier attempt failed with the same. */
		KNOWN,
		/** It goes its own way. */
		NOT

	}

	private static final class Kind {

		private final long fingerprint;

		private final Held held;

		/** By the application itself, not only thrown out of the attempt. */
		private boolean reported;

		private boolean settled;

		Kind(long fingerprint, Held held, boolean reported) {
			this.fingerprint = fingerprint;
			this.held = held;
			this.reported = reported;
		}

	}

}
