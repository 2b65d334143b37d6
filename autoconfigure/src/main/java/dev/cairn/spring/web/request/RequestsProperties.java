package dev.cairn.spring.web.request;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.cairn.Cairn;
import dev.cairn.MessageFields;
import dev.cairn.NamePattern;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.InvalidProperty;
import dev.cairn.spring.web.request.ClientDetails.Address;
import dev.cairn.spring.web.request.ClientDetails.Referrer;
import dev.cairn.spring.web.request.ClientDetails.UserAgent;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.ClassUtils;

/**
 * Properties of the messages of requests.
 *
 * @param enabled Whether to publish an http.request message for each request.
 * @param exclude Paths of requests that no message is published for; a star matches any
 * characters. By default, the paths of the actuator and of the collector.
 * @param excludeFields Optional fields to leave out, such as context or visitor.
 * @param keepErrors Whether failed requests are exempt from sampling.
 * @param slow Duration from which requests are exempt from sampling; 0 for none.
 * @param clientAddress How much of the client's address to publish.
 * @param referrer How much of the referring page's address to publish.
 * @param userAgent How much of the client's user agent to publish.
 * @param headers Headers to publish, by the name of the field.
 * @param traceHeader Header of responses with the id of the trace; empty for none.
 * @param serverTiming Whether responses have the trace in the header Server-Timing, which
 * scripts of a page can read.
 * @param robots User agents of clients that are no people, besides those that are known;
 * a star matches any characters.
 * @param visitor Pseudonym of the visitor.
 * @param visit Visits of visitors.
 * @param geo Country of the client.
 * @param consent Consent of the client to be described.
 */
@ConfigurationProperties("cairn.requests")
record RequestsProperties(@DefaultValue("true") boolean enabled, @Nullable List<String> exclude,
		@DefaultValue Set<String> excludeFields, @DefaultValue("true") boolean keepErrors,
		@DefaultValue("1s") Duration slow, @DefaultValue("anonymised") Address clientAddress,
		@DefaultValue("host") Referrer referrer, @DefaultValue("parsed") UserAgent userAgent,
		@DefaultValue Map<String, String> headers, @DefaultValue("X-Trace-Id") String traceHeader,
		@DefaultValue("false") boolean serverTiming, @DefaultValue List<String> robots,
		@DefaultValue VisitorProperties visitor, @DefaultValue VisitProperties visit, @DefaultValue GeoProperties geo,
		@DefaultValue Consent consent) {

	private static final int MIN_KEY_LENGTH = 16;

	private static final Set<String> REQUIRED_FIELDS = Set.of(MessageFields.METHOD, MessageFields.ROUTE,
			MessageFields.STATUS, MessageFields.DURATION_MS, MessageFields.OUTCOME, MessageFields.ERROR_ID,
			MessageFields.CONSENT, MessageFields.RATE);

	/** The fields that may be read from a header as well. */
	private static final Set<String> PLACE_FIELDS = Set.of(MessageFields.COUNTRY, MessageFields.REGION,
			MessageFields.OPERATOR);

	private static final int LEAST_TRACKED = 100;

	private static final int MOST_TRACKED = 10_000_000;

	/** A path that ends with {@code /**} includes the path before it. */
	Predicate<String> toExcludes(Predicate<String> byDefault) {
		List<String> paths = this.exclude;
		if (paths == null) {
			return byDefault;
		}
		List<NamePattern> patterns = new ArrayList<>();
		for (int i = 0; i < paths.size(); i++) {
			String pattern = paths.get(i);
			if (!pattern.startsWith("/") && !pattern.startsWith("*")) {
				throw new InvalidConfigurationPropertyValueException("cairn.requests.exclude[" + i + "]", pattern,
						"It must be a path that starts with '/' or '*'.");
			}
			patterns.add(NamePattern.of(pattern));
			if (pattern.endsWith("/**") && pattern.length() > "/**".length()) {
				patterns.add(NamePattern.of(pattern.substring(0, pattern.length() - "/**".length())));
			}
		}
		return (path) -> {
			for (NamePattern pattern : patterns) {
				if (pattern.matches(path)) {
					return true;
				}
			}
			return false;
		};
	}

	/** The name must be a token of RFC 9110. */
	String checkedTraceHeader() {
		if (!this.traceHeader.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]*")) {
			throw new InvalidConfigurationPropertyValueException("cairn.requests.trace-header", this.traceHeader,
					"It must be the name of a header, or empty.");
		}
		return this.traceHeader;
	}

	OptionalFields toOptionalFields() {
		this.excludeFields.forEach((field) -> {
			if (!OptionalFields.NAMES.contains(field)) {
				throw new InvalidConfigurationPropertyValueException("cairn.requests.exclude-fields", field,
						"It must be one of " + String.join(", ", OptionalFields.NAMES.stream().sorted().toList())
								+ ".");
			}
		});
		return new OptionalFields(this.enabled ? this.excludeFields : OptionalFields.NAMES);
	}

	long slowNanos() {
		InvalidProperty.requireDurationOrZero("cairn.requests.slow", this.slow);
		return this.slow.isZero() ? Long.MAX_VALUE : this.slow.toNanos();
	}

	ClientDetails toClientDetails() {
		this.headers.forEach((field, header) -> {
			if (REQUIRED_FIELDS.contains(field)
					|| (OptionalFields.NAMES.contains(field) && !PLACE_FIELDS.contains(field))) {
				throw new InvalidConfigurationPropertyValueException("cairn.requests.headers." + field, header,
						"Messages of requests already have a field with this name. Use another name.");
			}
		});
		return new ClientDetails(this.consent, toRobots(), toOptionalFields(), this.clientAddress, this.referrer,
				this.userAgent, this.headers);
	}

	private Robots toRobots() {
		List<NamePattern> patterns = new ArrayList<>();
		for (int i = 0; i < this.robots.size(); i++) {
			String pattern = this.robots.get(i).toLowerCase(Locale.ROOT);
			patterns
				.add(InvalidProperty.check("cairn.requests.robots[" + i + "]", pattern, () -> NamePattern.of(pattern)));
		}
		return new Robots(patterns);
	}

	RequestVisitors toVisitors(Extensions extensions, Supplier<Cairn> cairn) {
		String key = this.visitor.key();
		if (key != null && key.length() < MIN_KEY_LENGTH) {
			throw new InvalidConfigurationPropertyValueException("cairn.requests.visitor.key", Redactor.MASK,
					"It must have at least " + MIN_KEY_LENGTH
							+ " characters. A key that can be guessed reveals the visitors.");
		}
		InvalidProperty.requireDuration("cairn.requests.visit.timeout", this.visit.timeout());
		InvalidProperty.requireRange("cairn.requests.visit.max-tracked", this.visit.maxTracked(),
				this.visit.maxTracked(), LEAST_TRACKED, MOST_TRACKED);
		SipHash hash = SipHash.ofSecret((key != null) ? key : "" + UUID.randomUUID() + UUID.randomUUID());
		return new RequestVisitors(toOptionalFields(), this.visitor, this.visit, hash::hash, InstantSource.system(),
				extensions, cairn);
	}

	/**
	 * Pseudonym of the visitor.
	 *
	 * @param key Key of the hash, at least 16 characters, the same in all instances. By
	 * default, a random key for each start.
	 * @param daily Whether a visitor's pseudonym changes every day (UTC).
	 * @param cookie Cookie that identifies visitors; by default, they are identified by
	 * address and user agent.
	 * @param header Header that identifies visitors.
	 * @param authenticatedUser Whether visitors are identified as the authenticated user
	 * of the request.
	 */
	record VisitorProperties(@Nullable String key, @DefaultValue("true") boolean daily, @Nullable String cookie,
			@Nullable String header, @DefaultValue("false") boolean authenticatedUser) {
	}

	/**
	 * Visits of visitors.
	 *
	 * @param timeout Time without a request after which a visit ends.
	 * @param cookie Cookie with the id of the application's session, such as JSESSIONID
	 * or SESSION; a visit is then a session.
	 * @param maxTracked Maximum number of visits, and of users with bound fields, that
	 * are held in memory.
	 */
	record VisitProperties(@DefaultValue("30m") Duration timeout, @Nullable String cookie,
			@DefaultValue("20000") int maxTracked) {
	}

	/**
	 * Country of the client.
	 *
	 * @param headers Headers with the country, such as CF-IPCountry, that a proxy in
	 * front of the service always sets; the first that has one counts.
	 * @param database File in MaxMind's format that the address of the client is looked
	 * up in; requires com.maxmind.db:maxmind-db.
	 */
	record GeoProperties(@DefaultValue List<String> headers, @Nullable Path database) {

		private static final String DATABASE = "cairn.requests.geo.database";

		GeoResolver toResolver() {
			if (this.database == null) {
				return new Places.OfHeaders(this.headers);
			}
			if (!this.headers.isEmpty()) {
				throw new InvalidConfigurationPropertyValueException(DATABASE, this.database,
						"cairn.requests.geo.headers is set as well. Remove one of them.");
			}
			if (!ClassUtils.isPresent("com.maxmind.db.Reader", null)) {
				throw new InvalidConfigurationPropertyValueException(DATABASE, this.database,
						"No reader of such files is on the class path. Add com.maxmind.db:maxmind-db.");
			}
			try {
				return new MaxMindResolver(this.database);
			}
			catch (IOException ex) {
				throw new InvalidConfigurationPropertyValueException(DATABASE, this.database,
						"It must be a readable file in MaxMind's format: " + ex.getMessage());
			}
		}

	}

	/**
	 * Consent of the client to be described.
	 *
	 * @param signals Whether clients that send DNT or Sec-GPC are not described.
	 * @param header Header that grants consent; without it a client is not described.
	 * @param cookie Cookie that grants consent; without it a client is not described.
	 * @param value Value of the header or the cookie that grants consent; a star matches
	 * any characters.
	 */
	record Consent(@DefaultValue("true") boolean signals, @Nullable String header, @Nullable String cookie,
			@DefaultValue("true") NamePattern value) {

		boolean isGiven(RequestFacts request) {
			if (this.signals && ("1".equals(request.header("Sec-GPC")) || "1".equals(request.header("DNT")))) {
				return false;
			}
			return this.header == null && this.cookie == null
					|| this.header != null && isGranted(request.header(this.header))
					|| this.cookie != null && isGranted(request.cookie(this.cookie));
		}

		private boolean isGranted(@Nullable String value) {
			return value != null && this.value.matches(value);
		}

	}

}
