package dev.cairn.collector;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
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
 */
@ConfigurationProperties("cairn.collector")
record CollectorProperties(@DefaultValue("false") boolean enabled, @DefaultValue("/cairn") String path,
		@DefaultValue("false") boolean anonymous, @DefaultValue Map<String, KeyProperties> keys,
		@DefaultValue("1MB") DataSize maxBody, @DefaultValue("1000") int maxMessages,
		@DefaultValue("16") int maxDepth) {

	private static final String PREFIX = "cairn.collector.";

	String checkedPath() {
		return InvalidProperty.check(PREFIX + "path", this.path, () -> {
			if (!this.path.matches("(/[A-Za-z0-9._~-]+)+")) {
				throw new IllegalArgumentException("It must begin with / and not end with it, such as /cairn.");
			}
			return this.path;
		});
	}

	int checkedMaxBody() {
		InvalidProperty.requireRange(PREFIX + "max-body", this.maxBody, this.maxBody.toBytes(),
				DataSize.ofKilobytes(1).toBytes(), DataSize.ofMegabytes(100).toBytes());
		return (int) this.maxBody.toBytes();
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
	 * A key.
	 *
	 * @param token Key that its senders send.
	 * @param service Service of its messages. By default, the name of the key.
	 * @param services Services that its senders may name as their own; * for any.
	 * @param origins Origins of the pages that may send with it, such as
	 * https://shop.example; * for any. By default, only programs may send with it.
	 * @param rate Maximum number of messages a second; 0 for no limit.
	 */
	record KeyProperties(@Nullable String token, @Nullable String service, @DefaultValue List<String> services,
			@DefaultValue List<String> origins, @DefaultValue("0") int rate) {

		CollectorKey toKey(String property, String name) {
			return InvalidProperty.check(property + ".rate", this.rate,
					() -> new CollectorKey(name, StringUtils.hasText(this.service) ? this.service : name, this.services,
							this.origins, this.rate));
		}

		@Override
		public String toString() {
			return String.valueOf(this.service);
		}

	}

}
