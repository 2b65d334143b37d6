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
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Adds the id of the visitor, {@code visitor}, to the message of a request and to what is
 * published while it is served: a keyed hash of a cookie or a header, or else of the
 * address and the user agent. Who has not the key cannot tell who it is; where the id
 * changes every day, nobody can follow a visitor from one day to the next. There is none
 * without consent.
 */
public final class Visitors implements RequestMessageCustomizer, MessageEnricher {

	private static final String FIELD = "visitor";

	private static final String ATTRIBUTE = Visitors.class.getName();

	private static final String ALGORITHM = "HmacSHA256";

	private static final int KEY_BYTES = 32;

	private static final int ID_BYTES = 16;

	/** Stands for a request that has none. */
	private static final String NOBODY = "";

	private final Consent consent;

	private final SecretKeySpec key;

	private final boolean daily;

	private final @Nullable String cookie;

	private final @Nullable String header;

	private final Clock clock;

	/**
	 * Create it.
	 * @param consent knows whether the client lets itself be described
	 * @param key the key of the hash; {@code null} for a random one
	 * @param daily whether a visitor has another id every day, in UTC
	 * @param cookie the cookie that tells visitors apart; {@code null} for none
	 * @param header the header that tells visitors apart; {@code null} for none
	 * @param clock knows the day
	 */
	public Visitors(Consent consent, @Nullable String key, boolean daily, @Nullable String cookie,
			@Nullable String header, Clock clock) {
		this.consent = consent;
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
	public void customize(Event message, HttpServletRequest request, HttpServletResponse response) {
		String visitor = of(request);
		if (!visitor.equals(NOBODY)) {
			message.field(FIELD, visitor);
		}
	}

	@Override
	public void enrich(Event message) {
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
				&& message.field(FIELD) == null) {
			String visitor = ofActive(attributes.getRequest());
			if (!visitor.equals(NOBODY)) {
				message.field(FIELD, visitor);
			}
		}
	}

	/** A thread may still hold a request that has ended. */
	private String ofActive(HttpServletRequest request) {
		try {
			return of(request);
		}
		catch (IllegalStateException ex) {
			return NOBODY;
		}
	}

	private String of(HttpServletRequest request) {
		if (request.getAttribute(ATTRIBUTE) instanceof String known) {
			return known;
		}
		String told = this.consent.isGiven(request) ? told(request) : null;
		String visitor = (told != null) ? hash(told) : NOBODY;
		request.setAttribute(ATTRIBUTE, visitor);
		return visitor;
	}

	private @Nullable String told(HttpServletRequest request) {
		if (this.cookie == null && this.header == null) {
			return request.getRemoteAddr() + '\n' + request.getHeader("User-Agent");
		}
		String value = (this.cookie != null) ? Consent.cookie(request, this.cookie) : null;
		return (value == null && this.header != null) ? request.getHeader(this.header) : value;
	}

	private String hash(String told) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			if (this.daily) {
				mac.update(LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC)
					.toString()
					.getBytes(StandardCharsets.UTF_8));
			}
			return HexFormat.of().formatHex(mac.doFinal(told.getBytes(StandardCharsets.UTF_8)), 0, ID_BYTES);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("every Java platform has " + ALGORITHM, ex);
		}
	}

}
