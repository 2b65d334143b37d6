package dev.cairn.collector;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * The collector.
 *
 * @param enabled Whether to accept the messages of other programs and browsers.
 * @param path Path that the addresses of the collector begin with.
 * @param anonymous Whether everybody may send without a key. By default, only processes
 * of this host may, as long as there are no keys.
 * @param keys Keys of senders by name.
 * @param maxBody Maximum size of the body of a request, before and after it is
 * decompressed.
 * @param maxMessages Maximum number of messages in a request.
 * @param maxDepth Maximum depth of objects and arrays in a message.
 * @param maxRequests Maximum number of requests that are received at the same time.
 * @param bodyTimeout Maximum time that a sender may take for the body of a request.
 * @param duplicates Number of ids that are remembered, so that a message that is sent
 * again is stored once; 0 to store it again.
 * @param maxSkew Difference between the clocks of sender and collector that is not
 * corrected.
 * @param unknownSchemas Policy for messages whose type has no schema.
 * @param durability Where a message is when the sender receives the answer.
 * @param durabilityTimeout Maximum time to wait for the disk.
 * @param udp Port for datagrams.
 * @param tcp Port for lines over TCP.
 */
@ConfigurationProperties("cairn.collector")
record CollectorProperties(@DefaultValue("false") boolean enabled, @DefaultValue("/cairn") String path,
		@DefaultValue("false") boolean anonymous, @DefaultValue Map<String, KeyProperties> keys,
		@DefaultValue("1MB") DataSize maxBody, @DefaultValue("1000") int maxMessages, @DefaultValue("16") int maxDepth,
		@DefaultValue("50") int maxRequests, @DefaultValue("10s") Duration bodyTimeout,
		@DefaultValue("100000") int duplicates, @DefaultValue("1m") Duration maxSkew,
		@DefaultValue("accept") KnownSchemas.Unknown unknownSchemas, @DefaultValue("memory") Durability durability,
		@DefaultValue("10s") Duration durabilityTimeout, @DefaultValue ListenerProperties udp,
		@DefaultValue ListenerProperties tcp) {

	private static final String PREFIX = "cairn.collector.";

	String checkedPath() {
		return InvalidProperty.check(PREFIX + "path", this.path, () -> {
			if (!this.path.matches("(/[A-Za-z0-9._~-]+)+")) {
				throw new IllegalArgumentException("It must begin with / and not end with it, such as /cairn.");
			}
			return this.path;
		});
	}

	Body toBody() {
		InvalidProperty.requireRange(PREFIX + "max-body", this.maxBody, this.maxBody.toBytes(),
				DataSize.ofKilobytes(1).toBytes(), DataSize.ofMegabytes(100).toBytes());
		InvalidProperty.requireDuration(PREFIX + "body-timeout", this.bodyTimeout);
		return new Body((int) this.maxBody.toBytes(), this.bodyTimeout);
	}

	int checkedMaxRequests() {
		InvalidProperty.requireRange(PREFIX + "max-requests", this.maxRequests, this.maxRequests, 1, 10_000);
		return this.maxRequests;
	}

	Duration checkedMaxSkew() {
		InvalidProperty.requireDuration(PREFIX + "max-skew", this.maxSkew);
		return this.maxSkew;
	}

	/** Returns {@code null} if messages that are sent again are stored again. */
	@Nullable StoredIds toStoredIds() {
		InvalidProperty.requireRange(PREFIX + "duplicates", this.duplicates, this.duplicates, 0, 10_000_000);
		return (this.duplicates > 0) ? new StoredIds(this.duplicates) : null;
	}

	/** Returns how long to wait for the disk, or {@code null} not to wait. */
	@Nullable Duration toDurable() {
		InvalidProperty.requireDuration(PREFIX + "durability-timeout", this.durabilityTimeout);
		return (this.durability == Durability.DISK) ? this.durabilityTimeout : null;
	}

	/** Returns whether pages of an origin may send with any of the keys. */
	boolean allowsOrigin(String origin) {
		return this.keys.entrySet()
			.stream()
			.anyMatch((each) -> each.getValue()
				.toKey(PREFIX + "keys." + each.getKey(), each.getKey())
				.allowsOrigin(origin)) || (this.anonymous && Access.ANONYMOUS.allowsOrigin(origin));
	}

	/** Returns the key of all senders of a port without answers. */
	CollectorKey toKey(String listener, ListenerProperties properties, InetSocketAddress address) {
		String name = properties.key();
		if (name != null) {
			KeyProperties key = this.keys.get(name);
			return InvalidProperty.check(PREFIX + listener + ".key", name, () -> {
				if (key == null) {
					throw new IllegalArgumentException("There is no key of this name in cairn.collector.keys.");
				}
				return key.toKey(PREFIX + "keys." + name, name);
			});
		}
		if (address.getAddress().isLoopbackAddress()) {
			return Access.LOCAL;
		}
		return InvalidProperty.check(PREFIX + listener + ".address", properties.address(), () -> {
			if (!this.anonymous) {
				throw new IllegalArgumentException("Other hosts can send to it without a key. Set cairn.collector."
						+ listener + ".key to the key whose rights they have, or cairn.collector.anonymous=true.");
			}
			return Access.ANONYMOUS;
		});
	}

	JsonReader toReader() {
		InvalidProperty.requireRange(PREFIX + "max-messages", this.maxMessages, this.maxMessages, 1, 100_000);
		InvalidProperty.requireRange(PREFIX + "max-depth", this.maxDepth, this.maxDepth, 1, 100);
		return new JsonReader(this.maxDepth, this.maxMessages);
	}

	/** Returns the configured keys, or {@code null} if there are none. */
	@Nullable CollectorKeys toKeys() {
		if (this.keys.isEmpty()) {
			return null;
		}
		Map<String, CollectorKey> byToken = new LinkedHashMap<>();
		this.keys.forEach((name, key) -> {
			String property = PREFIX + "keys." + name;
			String token = InvalidProperty.check(property + ".token", "", () -> {
				if (!StringUtils.hasText(key.token())) {
					throw new IllegalArgumentException("It must be set.");
				}
				return key.token();
			});
			if (byToken.put(token, key.toKey(property, name)) != null) {
				InvalidProperty.check(property + ".token", "(hidden)", () -> {
					throw new IllegalArgumentException("Another key has this token.");
				});
			}
		});
		return (token) -> find(byToken, token);
	}

	/** Takes as long for each token of the same length. */
	private static @Nullable CollectorKey find(Map<String, CollectorKey> keys, String token) {
		byte[] sent = token.getBytes(StandardCharsets.UTF_8);
		CollectorKey found = null;
		for (Map.Entry<String, CollectorKey> each : keys.entrySet()) {
			if (MessageDigest.isEqual(each.getKey().getBytes(StandardCharsets.UTF_8), sent)) {
				found = each.getValue();
			}
		}
		return found;
	}

	/**
	 * Where a message is when the sender receives the answer.
	 */
	enum Durability {

		/** In memory, or beyond. */
		MEMORY,
		/** On the disk or at its destination. */
		DISK

	}

	/**
	 * A port without answers.
	 *
	 * @param port Port to open. By default, none.
	 * @param address Address to open it at.
	 * @param key Name of the key whose rights all senders have. By default, processes of
	 * this host may send without one.
	 */
	record ListenerProperties(@Nullable Integer port, @DefaultValue("127.0.0.1") String address, @Nullable String key) {

		InetSocketAddress toAddress(String listener) {
			int number = (this.port != null) ? this.port : 0;
			InvalidProperty.requireRange(PREFIX + listener + ".port", number, number, 0, 65_535);
			return InvalidProperty.check(PREFIX + listener + ".address", this.address, () -> {
				InetSocketAddress bound = new InetSocketAddress(this.address, number);
				if (bound.isUnresolved()) {
					throw new IllegalArgumentException("It must be an address of this host, such as 127.0.0.1.");
				}
				return bound;
			});
		}

	}

	/**
	 * A key.
	 *
	 * @param token Key that its senders send.
	 * @param service Service of its messages. By default, the name of the key.
	 * @param services Services that its senders may name as their own; * for any.
	 * @param origins Origins of the pages that may send with it, such as
	 * https://shop.example; * for any. By default, only programs and pages of the same
	 * server may send with it.
	 * @param rate Maximum number of messages a second; 0 for no limit.
	 */
	record KeyProperties(@Nullable String token, @Nullable String service, @DefaultValue List<String> services,
			@DefaultValue List<String> origins, @DefaultValue("0") int rate) {

		CollectorKey toKey(String property, String name) {
			return InvalidProperty.check(property + ".rate", this.rate, () -> new CollectorKey(name,
					StringUtils.hasText(this.service) ? this.service : name, this.services, this.origins, this.rate));
		}

		@Override
		public String toString() {
			return String.valueOf(this.service);
		}

	}

}
