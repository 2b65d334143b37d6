package dev.cairn.spring.notify;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.InvalidProperty;
import dev.cairn.spring.notify.Notification.Kind;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * Notifications of people.
 *
 * @param enabled Whether to notify people if a destination or a Notifier bean exists.
 * @param webhookUrl Address to which notifications are posted in the JSON of Slack. It is
 * treated as a secret.
 * @param mailTo Addresses to which notifications are sent by mail. Requires
 * spring-boot-starter-mail and spring.mail.host.
 * @param mailFrom Address of the sender of mails.
 * @param exclude Kinds of notifications that are not sent.
 * @param maxPerHour Maximum number of notifications per hour. Further ones are summarized
 * in one.
 * @param repeatAfter Minimum time between two notifications about the same thing.
 * @param quietTime Time without failures of a kind after which the next one is a
 * notification.
 * @param maxErrorRate Fraction of failed requests of five minutes, from 0 to 1, above
 * which there is a notification.
 * @param maxLatency Duration of the slowest of 100 requests of five minutes above which
 * there is a notification.
 */
@ConfigurationProperties("cairn.notifications")
record NotificationsProperties(@DefaultValue("true") boolean enabled, @Nullable String webhookUrl,
		@DefaultValue List<String> mailTo, @Nullable String mailFrom, @DefaultValue Set<Kind> exclude,
		@DefaultValue("10") int maxPerHour, @DefaultValue("1h") Duration repeatAfter,
		@DefaultValue("24h") Duration quietTime, @Nullable Double maxErrorRate, @Nullable Duration maxLatency) {

	static final String PREFIX = "cairn.notifications.";

	private static final int MAX_PER_HOUR = 1000;

	NotificationLimiter toLimiter() {
		InvalidProperty.requireRange(PREFIX + "max-per-hour", this.maxPerHour, this.maxPerHour, 1, MAX_PER_HOUR);
		InvalidProperty.requireDurationOrZero(PREFIX + "repeat-after", this.repeatAfter);
		return new NotificationLimiter(this.maxPerHour, this.repeatAfter);
	}

	FailureGroups toFailureGroups() {
		InvalidProperty.requireDuration(PREFIX + "quiet-time", this.quietTime);
		return new FailureGroups(this.quietTime);
	}

	RequestRules toRequestRules() {
		if (this.maxErrorRate != null && !(this.maxErrorRate >= 0 && this.maxErrorRate <= 1)) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "max-error-rate", this.maxErrorRate,
					"It must be 0 to 1.");
		}
		if (this.maxLatency != null) {
			InvalidProperty.requireDuration(PREFIX + "max-latency", this.maxLatency);
		}
		return new RequestRules(this.maxErrorRate, this.maxLatency);
	}

	URI toWebhook() {
		String name = PREFIX + "webhook-url";
		return InvalidProperty.check(name, Redactor.MASK, () -> {
			// The message of an invalid address would contain it
			URI address = parse(this.webhookUrl);
			if (address == null || address.getHost() == null
					|| !("https".equals(address.getScheme()) || "http".equals(address.getScheme()))) {
				throw new IllegalArgumentException("It must be an address such as https://host/path.");
			}
			return address;
		});
	}

	private static @Nullable URI parse(@Nullable String text) {
		try {
			return URI.create((text != null) ? text.strip() : "");
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	List<String> recipients() {
		return this.mailTo.stream().filter(StringUtils::hasText).toList();
	}

}
