package dev.cairn.spring.web.request;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.cairn.Event;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFields;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.web.request.RequestsProperties.VisitorProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Adds the pseudonym of the visitor to the messages of a request: a keyed hash of a
 * cookie or a header, or of the address and the user agent. A visitor that does not
 * consent, or is no person, has none.
 */
final class Visitors implements RequestMessageCustomizer, MessageEnricher {

	private static final UnitOfWork.Key<String> KEY = new UnitOfWork.Key<>("visitor");

	private static final String ALGORITHM = "HmacSHA256";

	private static final int ID_BYTES = 16;

	/** The pseudonym of a visitor that has none. */
	private static final String NONE = "";

	private final OptionalFields fields;

	private final VisitorProperties properties;

	private final byte[] key;

	/**
	 * Is copied, because finding an implementation is expensive, and not needed to start.
	 */
	private final Supplier<Mac> mac = SingletonSupplier.of(this::newMac);

	private final InstantSource clock;

	Visitors(OptionalFields fields, VisitorProperties properties, InstantSource clock) {
		this.fields = fields;
		this.properties = properties;
		String key = (properties.key() != null) ? properties.key() : "" + UUID.randomUUID() + UUID.randomUUID();
		this.key = key.getBytes(StandardCharsets.UTF_8);
		this.clock = clock;
	}

	@Override
	public void enrich(Event message) {
		RequestFacts request = RequestFacts.current();
		if (request != null && message.field(MessageFields.VISITOR) == null) {
			customize(message, request);
		}
	}

	@Override
	public void customize(Event message, RequestFacts request) {
		if (this.fields.include(MessageFields.VISITOR)) {
			UnitOfWork unit = RequestFacts.currentUnit();
			String visitor = (unit != null) ? unit.attribute(KEY, () -> of(request)) : of(request);
			if (!visitor.equals(NONE)) {
				message.field(MessageFields.VISITOR, visitor);
			}
		}
	}

	private String of(RequestFacts request) {
		boolean person = request.hasConsent() && !Robots.isRobot(request.header("User-Agent"));
		String identity = person ? identity(request) : null;
		return (identity != null) ? hash(identity) : NONE;
	}

	private @Nullable String identity(RequestFacts request) {
		String cookie = this.properties.cookie();
		String header = this.properties.header();
		if (cookie == null && header == null) {
			String address = request.address();
			return (address != null) ? address + '\n' + request.header("User-Agent") : null;
		}
		String value = (cookie != null) ? request.cookie(cookie) : null;
		return (value == null && header != null) ? request.header(header) : value;
	}

	private String hash(String identity) {
		Mac mac = copyOfMac();
		if (this.properties.daily()) {
			mac.update(
					Long.toString(TimeUnit.MILLISECONDS.toDays(this.clock.millis())).getBytes(StandardCharsets.UTF_8));
		}
		return HexFormat.of().formatHex(mac.doFinal(identity.getBytes(StandardCharsets.UTF_8)), 0, ID_BYTES);
	}

	private Mac copyOfMac() {
		try {
			return (Mac) this.mac.get().clone();
		}
		catch (CloneNotSupportedException ex) {
			return newMac();
		}
	}

	private Mac newMac() {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(this.key, ALGORITHM));
			return mac;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Failed to compute " + ALGORITHM, ex);
		}
	}

}
