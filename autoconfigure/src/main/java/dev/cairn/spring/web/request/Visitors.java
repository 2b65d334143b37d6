package dev.cairn.spring.web.request;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.cairn.Event;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFields;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Adds the pseudonym of the visitor to the message of a request and to all messages that
 * are published while the request is served. The pseudonym is a keyed hash of a cookie or
 * a header, or of the address and the user agent. It cannot be reversed without the key,
 * and if it changes every day, a visitor cannot be followed from one day to the next. A
 * visitor that does not consent has no pseudonym.
 */
final class Visitors implements RequestMessageCustomizer, MessageEnricher {

	private static final UnitOfWork.Key<String> KEY = new UnitOfWork.Key<>("visitor");

	private static final String ALGORITHM = "HmacSHA256";

	private static final int KEY_BYTES = 32;

	private static final int ID_BYTES = 16;

	/** The pseudonym of a visitor that has none. */
	private static final String NONE = "";

	private final Consent consent;

	private final OptionalFields fields;

	private final SecretKeySpec key;

	private final boolean daily;

	private final @Nullable String cookie;

	private final @Nullable String header;

	private final Clock clock;

	Visitors(Consent consent, OptionalFields fields, @Nullable String key, boolean daily, @Nullable String cookie,
			@Nullable String header, Clock clock) {
		this.consent = consent;
		this.fields = fields;
		this.key = new SecretKeySpec((key != null) ? key.getBytes(StandardCharsets.UTF_8) : random(), ALGORITHM);
		this.daily = daily;
		this.cookie = cookie;
		this.header = header;
		this.clock = clock;
	}

	private static byte[] random() {
		byte[] key = new byte[KEY_BYTES];
		new SecureRandom().nextBytes(key);
		return key;
	}

	@Override
	public void customize(Event message, RequestFacts request) {
		UnitOfWork unit = RequestFacts.currentUnit();
		String visitor = (unit != null) ? of(unit, request) : of(request);
		if (!visitor.equals(NONE)) {
			this.fields.add(message, MessageFields.VISITOR, visitor);
		}
	}

	@Override
	public void enrich(Event message) {
		if (!this.fields.include(MessageFields.VISITOR) || message.field(MessageFields.VISITOR) != null) {
			return;
		}
		UnitOfWork unit = RequestFacts.currentUnit();
		RequestFacts request = RequestFacts.current();
		if (unit != null && request != null) {
			String visitor = of(unit, request);
			if (!visitor.equals(NONE)) {
				message.field(MessageFields.VISITOR, visitor);
			}
		}
	}

	private String of(UnitOfWork unit, RequestFacts request) {
		return unit.attribute(KEY, () -> of(request));
	}

	private String of(RequestFacts request) {
		String identity = this.consent.isGiven(request) ? identity(request) : null;
		return (identity != null) ? hash(identity) : NONE;
	}

	private @Nullable String identity(RequestFacts request) {
		if (this.cookie == null && this.header == null) {
			String address = request.address();
			return (address != null) ? address + '\n' + request.header("User-Agent") : null;
		}
		String value = (this.cookie != null) ? request.cookie(this.cookie) : null;
		return (value == null && this.header != null) ? request.header(this.header) : value;
	}

	private String hash(String identity) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			if (this.daily) {
				String day = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC).toString();
				mac.update(day.getBytes(StandardCharsets.UTF_8));
			}
			return HexFormat.of().formatHex(mac.doFinal(identity.getBytes(StandardCharsets.UTF_8)), 0, ID_BYTES);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Failed to compute " + ALGORITHM, ex);
		}
	}

}
