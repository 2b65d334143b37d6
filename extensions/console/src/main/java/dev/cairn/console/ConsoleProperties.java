package dev.cairn.console;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.cairn.redaction.Redactor;
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
 * @param peers Other instances of the service that the console reads, each with name,
 * url, and either username and password or token.
 * @param peersTimeout Maximum time to wait for the answers of peers.
 */
@ConfigurationProperties("cairn.console")
record ConsoleProperties(@DefaultValue("false") boolean enabled, @DefaultValue("8MB") DataSize maxSize,
		@DefaultValue("1s") Duration slow, @DefaultValue("20") int maxStreams, @Nullable String sentryUrl,
		@DefaultValue List<PeerProperties> peers, @DefaultValue("2s") Duration peersTimeout) {

	private static final String PREFIX = "cairn.console.";

	private static final int MAX_STREAMS = 1000;

	private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);

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

	Duration checkedPeersTimeout() {
		InvalidProperty.requireDuration(PREFIX + "peers-timeout", this.peersTimeout);
		return InvalidProperty.check(PREFIX + "peers-timeout", this.peersTimeout, () -> {
			if (this.peersTimeout.compareTo(LONGEST_TIMEOUT) > 0) {
				throw new IllegalArgumentException("It must be at most 1m.");
			}
			return this.peersTimeout;
		});
	}

	List<Instance> toInstances() {
		List<Instance> instances = new ArrayList<>();
		Set<String> names = new HashSet<>();
		for (int i = 0; i < this.peers.size(); i++) {
			String property = PREFIX + "peers[" + i + "]";
			Instance instance = this.peers.get(i).toInstance(property);
			InvalidProperty.check(property + ".name", instance.name(), () -> {
				if (!names.add(instance.name())) {
					throw new IllegalArgumentException("Another peer has this name.");
				}
				return instance;
			});
			instances.add(instance);
		}
		InvalidProperty.requireRange(PREFIX + "peers", instances.size() + " peers", instances.size(), 0, Peers.MAX);
		return instances;
	}

	/**
	 * Another instance of the service.
	 *
	 * @param name Name of the instance, which is shown.
	 * @param url Address of its actuator.
	 * @param username User to read it as.
	 * @param password Password of this user.
	 * @param token Bearer token to read it with.
	 */
	record PeerProperties(@Nullable String name, @Nullable String url, @Nullable String username,
			@Nullable String password, @Nullable String token) {

		Instance toInstance(String property) {
			String named = (this.name != null) ? this.name : "";
			String address = (this.url != null) ? this.url : "";
			InvalidProperty.check(property + ".name", named, () -> Instance.of(named, URI.create("http://localhost")));
			// The message and the value may contain credentials
			Object shown = address.matches(".*[@?#].*") ? Redactor.MASK : address;
			Instance instance = InvalidProperty.check(property + ".url", shown, () -> Instance.of(named, uri(address)));
			return Credentials.of(property, this.username, this.password, this.token).apply(instance);
		}

		private static URI uri(String address) {
			try {
				return new URI(address);
			}
			catch (URISyntaxException ex) {
				throw new IllegalArgumentException("it is no address");
			}
		}

		@Override
		public String toString() {
			return String.valueOf(this.name);
		}

	}

}
