package dev.cairn.console;

import java.time.Duration;

import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The console.
 *
 * @param enabled Whether to record requests and to show them in the console. By default,
 * only while DevTools are active.
 * @param maxSize Maximum size of the requests and messages that are held in memory.
 * @param slow Duration from which a request is slow, and is held longer than others.
 * @param maxStreams Maximum number of consoles that receive live figures at the same
 * time.
 * @param sentryUrl Address of an incident in Sentry, with the placeholder {id}.
 */
@ConfigurationProperties("cairn.console")
record ConsoleProperties(@DefaultValue("false") boolean enabled, @DefaultValue("8MB") DataSize maxSize,
		@DefaultValue("1s") Duration slow, @DefaultValue("20") int maxStreams, @Nullable String sentryUrl) {

	private static final String PREFIX = "cairn.console.";

	private static final int MAX_STREAMS = 1000;

	long checkedMaxSize() {
		InvalidProperty.requireRange(PREFIX + "max-size", this.maxSize, this.maxSize.toBytes(),
				DataSize.ofKilobytes(256).toBytes(), DataSize.ofGigabytes(1).toBytes());
		return this.maxSize.toBytes();
	}

	Duration checkedSlow() {
		InvalidProperty.requireDuration(PREFIX + "slow", this.slow);
		return this.slow;
	}

	int checkedMaxStreams() {
		InvalidProperty.requireRange(PREFIX + "max-streams", this.maxStreams, this.maxStreams, 1, MAX_STREAMS);
		return this.maxStreams;
	}

	@Nullable String checkedSentryUrl() {
		String url = this.sentryUrl;
		if (url == null || url.isBlank()) {
			return null;
		}
		return InvalidProperty.check(PREFIX + "sentry-url", url, () -> {
			if (!url.startsWith("https://") && !url.startsWith("http://")) {
				throw new IllegalArgumentException("it must begin with https:// or http://");
			}
			return url;
		});
	}

}
