package dev.cairn.incident;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

import dev.cairn.MessageFields;
import dev.cairn.Trace;
import org.jspecify.annotations.Nullable;

/**
 * One failure, from its first report on. Its message is built on the thread that failed,
 * without a lock, and may stand for other failures of its kind. The state is guarded by
 * the lock of the {@code IncidentGrouper}.
 */
public final class Incident {

	/** The bound on the chain of incidents that are the same failure. */
	private static final int MAX_STEPS = 100;

	/** The message of a failure that no sink accepts. */
	private static final Predicate<Map<String, ?>> REFUSED = (more) -> false;

	private final ReportOrigin origin;

	private final boolean provisional;

	private volatile String id = newId();

	private volatile IncidentState state = IncidentState.CAPTURED;

	/** The incident whose message stands for the failure if that is joined. */
	private volatile @Nullable Incident standing;

	/** Sends the message with further fields; {@code null} until it is built. */
	private volatile @Nullable Predicate<Map<String, ?>> message;

	private Map<String, ?> details = Map.of();

	private long count = 1;

	/** The failures without a throwable, which are counted when the message is sent. */
	private long texts;

	private @Nullable List<Runnable> undecided;

	/**
	 * Creates an incident.
	 * @param trace the trace in which the failure is reported first
	 * @param provisional whether the response to a request may withdraw it
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

	/** The application has reported the failure itself, under an id. */
	void reportedAs(String id) {
		this.id = id;
		this.state = IncidentState.REPORTED;
	}

	/**
	 * Returns the id of the failure, which may be that of another incident whose message
	 * stands for it.
	 * @return the id; {@code null} if all sinks refused the message with it, or while
	 * further attempts may succeed
	 */
	public @Nullable String acceptedId() {
		Incident self = self();
		return (self.isRefused() || self.is(IncidentState.RETRYING)) ? null : self.id;
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

	boolean isProvisional() {
		return this.provisional;
	}

	/** Returns the incident whose message stands for the failure. */
	Incident self() {
		Incident self = this;
		Incident next = self.standing;
		for (int i = 0; next != null && i < MAX_STEPS; i++) {
			self = next;
			next = self.standing;
		}
		return self;
	}

	boolean is(IncidentState other) {
		return this.state == other;
	}

	/** Returns whether there is no message with the id. */
	boolean isRefused() {
		return is(IncidentState.REFUSED) || this.message == REFUSED;
	}

	void enter(IncidentState next) {
		this.state = next;
		if (next.compareTo(IncidentState.RELEASED) > 0) {
			this.message = null;
			this.details = Map.of();
		}
	}

	/** Makes the message of another incident stand for the failure. */
	void isSameAs(Incident other) {
		if (other.self() != this) {
			this.standing = other;
			enter(IncidentState.JOINED);
		}
	}

	/** Gives another incident the id and makes its message stand for the failure. */
	boolean passOn(Incident other) {
		other.id = this.id;
		isSameAs(other);
		return true;
	}

	/** No message stands for the failure. */
	void refuse() {
		this.undecided = null;
		this.standing = null;
		enter(IncidentState.REFUSED);
	}

	/** The answer to a request decides, which then runs an action. */
	void undecided(Runnable action) {
		this.undecided = new ArrayList<>(List.of(action));
	}

	boolean isUndecided() {
		return this.undecided != null;
	}

	/** Returns whether an action waits for the decision. */
	boolean waitsForDecision(Runnable action) {
		return this.undecided != null && this.undecided.add(action);
	}

	/**
	 * The failure is certain or withdrawn. Returns the actions that have waited for it.
	 */
	List<Runnable> decided() {
		List<Runnable> actions = (this.undecided != null) ? this.undecided : List.of();
		this.undecided = null;
		return actions;
	}

	/** Marks this as a failure without a throwable. */
	void isText() {
		this.texts = 1;
	}

	/** Makes the message stand for the failures of another incident. */
	void include(Incident other) {
		this.count += other.count;
		this.texts += other.texts;
		other.isSameAs(this);
	}

	/** Counts one failure less, and returns whether none is left. */
	boolean exclude(boolean text) {
		this.texts -= text ? 1 : 0;
		return --this.count == 0;
	}

	/** Adds fields to the message, unless it has them or may be sent. */
	void describe(Map<String, ?> fields) {
		if (this.state.compareTo(IncidentState.RELEASED) < 0) {
			Map<String, Object> all = new LinkedHashMap<>(fields);
			all.putAll(this.details);
			this.details = all;
		}
	}

	/**
	 * Sets the message, or {@code null} if no sink accepts it. Returns whether it is to
	 * be sent now.
	 */
	boolean complete(@Nullable Predicate<Map<String, ?>> built) {
		boolean released = is(IncidentState.RELEASED);
		boolean open = this.state.compareTo(IncidentState.RELEASED) < 0 || (released && this.message == null);
		if (open) {
			this.message = (built != null) ? built : REFUSED;
		}
		return open && released;
	}

	/** Lets the message be sent. Returns whether it is to be sent now. */
	boolean release(Map<String, ?> remark) {
		Map<String, Object> fields = new LinkedHashMap<>(this.details);
		fields.putAll(remark);
		fields.put(MessageFields.COUNT, this.count);
		this.details = fields;
		enter(IncidentState.RELEASED);
		return this.message != null;
	}

	/** Returns whether a sink accepted the message. Needs no lock. */
	boolean send() {
		Predicate<Map<String, ?>> ready = this.message;
		return ready != null && ready.test(this.details);
	}

	/** Counts the message, which stands for no more failures. Needs no lock. */
	void count(IncidentCounts account, boolean accepted) {
		account.sent(accepted, this.count, this.texts);
	}

}
