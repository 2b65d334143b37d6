package dev.cairn.collector;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.Origin;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of what strangers have sent. Nothing that they claim about themselves is
 * taken over, unless their key allows it.
 *
 * @param here the origin of this process
 * @param maxSkew the difference between two clocks that is tolerated
 * @param schemas check the fields
 */
record MessageReader(Origin here, Duration maxSkew, KnownSchemas schemas) {

	/** The fields of the visitor that a page cannot claim. */
	private static final Set<String> IDENTITY = Set.of(MessageFields.VISITOR, MessageFields.VISIT_ID,
			MessageFields.USER_ID, MessageFields.DEVICE_CLASS);

	private static final String UNKNOWN = "unknown";

	Message read(Received received, Sender sender) throws RefusedException {
		if (received.refusal() != null) {
			throw received.refusal();
		}
		Envelope envelope = new Envelope(Metlog.translate(received.values()));
		envelope.checkNames();
		String type = type(envelope);
		String id = envelope.id();
		Origin origin = origin(envelope, sender.key());
		String logger = envelope.name("logger");
		String payload = envelope.text("payload");
		Map<String, @Nullable Object> fields = new LinkedHashMap<>(envelope.fields());
		Map<String, Object> added = new LinkedHashMap<>();
		if (sender.page()) {
			fields.replaceAll((name, value) -> IDENTITY.contains(name) ? null : value);
		}
		sender.visitor().forEach((name, value) -> {
			if (IDENTITY.contains(name)) {
				fields.put(name, value);
			}
			else if (!fields.containsKey(name)) {
				added.put(name, value);
			}
		});
		added.put(MessageFields.RECEIVED_AT, text(sender.receivedAt()));
		Instant timestamp = timestamp(envelope.timestamp("timestamp"), sender, added);
		if (!this.schemas.check(type, fields)) {
			added.put(MessageFields.SCHEMA_UNKNOWN, true);
		}
		return new Message((id != null) ? id : Message.newId(sender.receivedAt()), type, timestamp,
				(logger != null) ? logger : origin.service(), envelope.severity(), (payload != null) ? payload : "",
				fields, origin, envelope.trace(), envelope.category(), envelope.flag("truncated"), null, null)
			.with(added);
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
			throw new RefusedException("type", "is reserved for messages of Cairn itself");
		}
		return type;
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

	/**
	 * Corrects the time of a sender whose clock differs. A time that nothing explains is
	 * marked: an old one is plausible only if the sender's clock is known to be right.
	 */
	private Instant timestamp(@Nullable Instant sent, Sender sender, Map<String, Object> added)
			throws RefusedException {
		Instant now = sender.receivedAt();
		if (sent == null) {
			return now;
		}
		Duration skew = sender.skew();
		Instant timestamp = sent;
		if (skew != null && isMore(skew)) {
			timestamp = correct(sent, skew);
			added.put(MessageFields.CLOCK_SKEW_MS, skew.toMillis());
			added.put(MessageFields.SENDER_TIMESTAMP, text(sent));
		}
		Duration age = Duration.between(timestamp, now);
		if (isMore(age) && (skew == null || age.isNegative())) {
			added.put(MessageFields.TIMESTAMP_DOUBTFUL, true);
		}
		return timestamp;
	}

	private static Instant correct(Instant sent, Duration skew) throws RefusedException {
		try {
			return Message.checkTimestamp(sent.plus(skew));
		}
		catch (IllegalArgumentException ex) {
			throw new RefusedException("timestamp", "must be in the years 0000 to 9999 by the clock of the collector");
		}
	}

	private boolean isMore(Duration difference) {
		return difference.abs().compareTo(this.maxSkew) > 0;
	}

	private static String text(Instant time) {
		return new String(MessageEncoder.timestamp(time), StandardCharsets.US_ASCII);
	}

}
