package dev.cairn.collector;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;

import dev.cairn.Message;
import dev.cairn.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of what strangers have sent. Nothing that they claim about themselves is
 * taken over, unless their key allows it.
 *
 * @param here the origin of this process
 * @param clock the clock of this process
 */
record MessageReader(Origin here, InstantSource clock) {

	private static final String UNKNOWN = "unknown";

	private static final String RECEIVED_AT = "received_at";

	Message read(Received received, CollectorKey key) throws RefusedException {
		if (received.refusal() != null) {
			throw received.refusal();
		}
		Envelope envelope = new Envelope(received.values());
		envelope.checkNames();
		Instant now = this.clock.instant();
		String type = type(envelope);
		String id = id(envelope);
		Instant timestamp = envelope.timestamp("timestamp");
		Origin origin = origin(envelope, key);
		String logger = envelope.name("logger");
		String payload = envelope.text("payload");
		return new Message((id != null) ? id : newId(now), type, (timestamp != null) ? timestamp : now,
				(logger != null) ? logger : origin.service(), envelope.severity(), (payload != null) ? payload : "",
				envelope.fields(), origin, envelope.trace(), envelope.category(),
				Boolean.TRUE.equals(envelope.values().get("truncated")), null, null)
			.with(Map.of(RECEIVED_AT, now.toString()));
	}

	private static String newId(Instant now) {
		return UUID.randomUUID().toString();
	}

	private static String type(Envelope envelope) throws RefusedException {
		String type = envelope.text("type");
		if (type == null) {
			throw new RefusedException("type", "is required");
		}
		try {
			Message.checkType(type);
		}
		catch (IllegalArgumentException ex) {
			throw new RefusedException("type", "must be 1 to 200 characters of [A-Za-z0-9_.:/-]");
		}
		if (Message.isReserved(type)) {
			throw new RefusedException("type", "is reserved");
		}
		return type;
	}

	/** Returns the id that the sender has given, or {@code null}. */
	static @Nullable String id(Envelope envelope) throws RefusedException {
		String id = envelope.text("id");
		if (id == null) {
			return null;
		}
		try {
			if (id.length() == 36) {
				return UUID.fromString(id).toString();
			}
		}
		catch (IllegalArgumentException ex) {
			// As another length
		}
		throw new RefusedException("id", "must be a UUID");
	}

	private Origin origin(Envelope envelope, CollectorKey key) throws RefusedException {
		String service = envelope.name("service");
		String environment = envelope.name("environment");
		String release = envelope.name("release");
		String hostname = envelope.name("hostname");
		long pid = envelope.number("pid", 0, 0, Long.MAX_VALUE);
		if (service == null || !key.allowsService(service)) {
			return new Origin(key.service(), this.here.environment(), null, UNKNOWN, 0);
		}
		return new Origin(service, environment, release, (hostname != null) ? hostname : UNKNOWN, pid);
	}

}
