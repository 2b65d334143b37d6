package dev.cairn.incident;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;

import dev.cairn.Attempts;
import dev.cairn.IncidentAccount;
import dev.cairn.IncidentRecorder.Capture;
import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

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

	/** Which attempt this is; they differ from one begin to the next. */
	private int attempt;

	private int failed;

	/** What the current attempt threw, so that it is counted once. */
	private @Nullable Throwable last;

	private boolean throwing;

	private boolean sendsAtOnce;

	private @Nullable Future<?> deadline;

	WorkAttempts(Incidents incidents, IncidentAccount account, Capture capture) {
		this.incidents = incidents;
		this.account = account;
		this.capture = capture;
	}

	@Override
	public void begin() {
		synchronized (this) {
			this.last = null;
			this.attempt++;
		}
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
			if (thrown != this.last) {
				this.last = thrown;
				this.failed++;
			}
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
	public synchronized void failedElsewhere(int number) {
		this.failed += number;
	}

	@Override
	public void givenUp(Throwable thrown) {
		failed(thrown);
		sendAll();
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
		// What fails now is not the same as what was forgotten
		this.kinds.values().removeIf((kind) -> !kind.reported);
		close();
	}

	/** Say what is known so far: there are no more attempts, or they take too long. */
	synchronized void sendAll() {
		this.kinds.values().forEach(this::send);
		close();
	}

	/** The deadline would keep the messages in memory until it is reached. */
	private void close() {
		this.sendsAtOnce = true;
		this.last = null;
		this.incidents.closed(this);
		if (this.deadline != null) {
			this.deadline.cancel(false);
			this.deadline = null;
		}
	}

	/** Know what calls {@link #sendAll()} when the attempts take too long. */
	synchronized void deadline(Future<?> deadline) {
		if (this.sendsAtOnce || this.deadline != null) {
			deadline.cancel(false);
		}
		else {
			this.deadline = deadline;
		}
	}

	/**
	 * Keep a failure for the end of the attempts.
	 * @return whether its kind failed in an earlier attempt, is held, or is not taken
	 */
	synchronized Taken take(long types, long fingerprint, Held held, String type) {
		Kind known = this.kinds.get(fingerprint);
		if (known != null) {
			boolean more = known.attempt == this.attempt && !this.throwing && known.join();
			known.attempt = this.attempt;
			known.reported |= !this.throwing;
			held.incident().isSameAs(known.incident);
			return more ? Taken.JOINED : Taken.KNOWN;
		}
		if (this.sendsAtOnce || this.kinds.size() >= MAX_KINDS) {
			return Taken.NOT;
		}
		held.incident().withhold();
		held.prepare();
		this.account.failed(type, 1);
		this.kinds.put(fingerprint, new Kind(types, fingerprint, held, this.attempt, !this.throwing));
		return Taken.HELD;
	}

	private void send(Kind kind) {
		Held held = kind.settle();
		if (held != null) {
			kind.incident.release();
			if (this.failed > 0) {
				held.add(Map.of(Message.FIELD_ATTEMPTS, this.failed));
			}
			this.incidents.arrive(kind.types, kind.fingerprint, held);
		}
	}

	private void forget(Kind kind) {
		if (kind.settle() != null) {
			kind.incident.refuse();
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
		/** It is one more in the same attempt. */
		JOINED,
		/** It goes its own way. */
		NOT

	}

	private static final class Kind {

		private final long types;

		private final long fingerprint;

		private final Incident incident;

		/** {@code null} once its fate is known. */
		private @Nullable Held held;

		/** The last attempt in which it came. */
		private int attempt;

		/** By the application itself, not only thrown out of the attempt. */
		private boolean reported;

		Kind(long types, long fingerprint, Held held, int attempt, boolean reported) {
			this.types = types;
			this.attempt = attempt;
			this.fingerprint = fingerprint;
			this.incident = held.incident();
			this.held = held;
			this.reported = reported;
		}

		/** Have it stand for one failure more. */
		boolean join() {
			Held waiting = this.held;
			return waiting != null && waiting.join();
		}

		private @Nullable Held settle() {
			Held settled = this.held;
			this.held = null;
			return settled;
		}

	}

}
