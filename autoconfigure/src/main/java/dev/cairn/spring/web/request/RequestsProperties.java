package dev.cairn.spring.web.request;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.NamePattern;
import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * One message for each request.
 *
 * @param enabled Whether each request is published as an http.request message.
 * @param exclude Paths of which no message is made; a star stands for any characters.
 * Those of the actuator by default.
 * @param keepErrors Whether requests that failed are kept whatever the sampling rules
 * say.
 * @param slow Requests that take as long are kept whatever the sampling rules say; 0 for
 * none.
 * @param bytes Whether the sizes of the bodies are told.
 * @param context Whether what is bound to the unit of work (MDC) is told.
 * @param calls Whether the observed calls to databases, HTTP servers and Kafka are
 * counted.
 * @param clientAddress How much is told of the address of the client.
 * @param language Whether the preferred language of the client is told.
 * @param referrer How much is told of the page from which the request comes.
 * @param userAgent How much is told of the software of the client.
 * @param userAgents Number of user agents of which it is remembered what they are.
 * @param headers Headers to tell, such as what a proxy says of the country, by the name
 * of the field.
 * @param visitor Who asks, without saying who it is.
 * @param consent Whether the client lets itself be described.
 */
@ConfigurationProperties("cairn.requests")
record RequestsProperties(@DefaultValue("true") boolean enabled, @Nullable List<String> exclude,
		@DefaultValue("true") boolean keepErrors, @DefaultValue("1s") Duration slow,
		@DefaultValue("true") boolean bytes, @DefaultValue("true") boolean context, @DefaultValue("true") boolean calls,
		@DefaultValue("anonymised") ClientAddress clientAddress, @DefaultValue("true") boolean language,
		@DefaultValue("host") Referrer referrer, @DefaultValue("parsed") UserAgentDetail userAgent,
		@DefaultValue("2000") int userAgents, @DefaultValue Map<String, String> headers,
		@DefaultValue VisitorProperties visitor, @DefaultValue ConsentProperties consent) {

	private static final int MOST_USER_AGENTS = 1_000_000;

	private static final Set<String> OWN_FIELDS = Set.of("method", "route", "status", "duration_ms", "outcome",
			"error_id", "request_bytes", "response_bytes", "context", "client_address", "language", "referrer",
			"user_agent", "browser", "browser_version", "os", "device_class", "visitor", "consent", "db_calls", "db_ms",
			"http_calls", "http_ms", "kafka_calls", "kafka_ms", "rate");

	RequestExcludes toExcludes(List<String> byDefault) {
		List<String> patterns = (this.exclude != null) ? this.exclude : byDefault;
		for (int i = 0; i < patterns.size(); i++) {
			String pattern = patterns.get(i);
			if (!pattern.startsWith("/") && !pattern.startsWith("*")) {
				throw new InvalidConfigurationPropertyValueException("cairn.requests.exclude[" + i + "]", pattern,
						"It must be a path that starts with '/' or '*'.");
			}
		}
		return new RequestExcludes(patterns);
	}

	Duration checkedSlow() {
		if (!this.slow.isZero()) {
			InvalidProperty.requireDuration("cairn.requests.slow", this.slow);
		}
		return this.slow;
	}

	int checkedUserAgents() {
		InvalidProperty.requireRange("cairn.requests.user-agents", this.userAgents, this.userAgents, 1,
				MOST_USER_AGENTS);
		return this.userAgents;
	}

	ClientDetails toClientDetails(Consent consent) {
		this.headers.forEach((field, header) -> {
			if (OWN_FIELDS.contains(field)) {
				throw new InvalidConfigurationPropertyValueException("cairn.requests.headers." + field, header,
						"The message of a request has a field of that name. Give it another one.");
			}
		});
		return new ClientDetails(consent, this.clientAddress, this.language, this.referrer,
				this.userAgent == UserAgentDetail.RAW, this.headers);
	}

	/**
	 * Who asks, without saying who it is.
	 *
	 * @param enabled Whether the message of a request, and what is published while it is
	 * served, has a keyed hash that tells visitors apart.
	 * @param key Key of the hash, at least 16 characters, the same in all instances; a
	 * random one for each start by default.
	 * @param daily Whether a visitor has another id every day (UTC).
	 * @param cookie Cookie that tells visitors apart; by default address and user agent
	 * do.
	 * @param header Header that tells visitors apart.
	 */
	record VisitorProperties(@DefaultValue("true") boolean enabled, @Nullable String key,
			@DefaultValue("true") boolean daily, @Nullable String cookie, @Nullable String header) {

		private static final int LEAST_KEY = 16;

		Visitors toVisitors(Consent consent) {
			if (this.key != null && this.key.length() < LEAST_KEY) {
				throw new InvalidConfigurationPropertyValueException("cairn.requests.visitor.key", "******",
						"It must have at least " + LEAST_KEY + " characters, or whoever guesses it can tell visitors.");
			}
			return new Visitors(consent, this.key, this.daily, this.cookie, this.header, Clock.systemUTC());
		}

	}

	/**
	 * Whether the client lets itself be described.
	 *
	 * @param signals Whether clients that send DNT or Sec-GPC are not described.
	 * @param header Header without which, or without the right value, a client is not
	 * described.
	 * @param cookie Cookie without which, or without the right value, a client is not
	 * described.
	 * @param value Value of the header or the cookie that means yes; a star stands for
	 * any characters.
	 */
	record ConsentProperties(@DefaultValue("true") boolean signals, @Nullable String header, @Nullable String cookie,
			@DefaultValue("true") String value) {

		Consent toConsent() {
			NamePattern yes = InvalidProperty.check("cairn.requests.consent.value", this.value,
					() -> NamePattern.of(this.value));
			return new Consent(this.signals, this.header, this.cookie, yes);
		}

	}

}
