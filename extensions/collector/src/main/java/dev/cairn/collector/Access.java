package dev.cairn.collector;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may send. Without any key, processes of this host may.
 *
 * @param keys find the keys; none if there are no keys
 * @param origins the origins that any of the configured keys allows
 * @param anonymous whether everybody may send without a key
 * @param extensions calls the keys
 */
record Access(List<Named<CollectorKeys>> keys, Predicate<String> origins, boolean anonymous, Extensions extensions) {

	private static final int MAX_TOKEN = 1000;

	private static final Pattern LOCAL_HOST = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]+)?");

	/** Processes of this host, as long as there are no keys. */
	static final CollectorKey LOCAL = new CollectorKey("local", "local", List.of(CollectorKey.ANY), List.of(), 0);

	static final CollectorKey ANONYMOUS = new CollectorKey("anonymous", "anonymous", List.of(),
			List.of(CollectorKey.ANY), 0);

	/** Returns the key of a request, with which pages of its origin may send. */
	CollectorKey admit(CollectorRequest request) throws RefusedException {
		CollectorKey key = find(request);
		String origin = request.header("Origin");
		if (origin != null && !key.allowsOrigin(origin) && !isOwnPage(request, origin, key)) {
			throw new RefusedException(403, "pages of this origin may not send with this key");
		}
		return key;
	}

	/**
	 * Returns whether a page of this server sends it. Any name may lead to this host, so
	 * a page is of this host only by its own names.
	 */
	private static boolean isOwnPage(CollectorRequest request, String origin, CollectorKey key) {
		String host = request.header("Host");
		return host != null && (origin.equals("http://" + host) || origin.equals("https://" + host))
				&& (!key.equals(LOCAL) || LOCAL_HOST.matcher(host).matches());
	}

	/**
	 * Checks the origin of a question that browsers send before the request. It has no
	 * headers with a key.
	 */
	void checkOrigin(CollectorRequest request) throws RefusedException {
		String origin = request.header("Origin");
		if (origin != null && this.origins.test(origin)) {
			return;
		}
		admit(request);
	}

	private CollectorKey find(CollectorRequest request) throws RefusedException {
		String token = request.key();
		if (token != null && !token.isEmpty() && token.length() <= MAX_TOKEN) {
			for (Named<CollectorKeys> source : this.keys) {
				CollectorKey key = this.extensions.call(source, (each) -> each.find(token));
				if (key != null) {
					return key;
				}
			}
		}
		if (token == null || this.keys.isEmpty()) {
			CollectorKey key = withoutKey(request);
			if (key != null) {
				return key;
			}
		}
		throw new RefusedException(401, (token != null) ? "there is no such key" : "a key is required");
	}

	private @Nullable CollectorKey withoutKey(CollectorRequest request) {
		if (this.keys.isEmpty() && request.isLocal()) {
			return LOCAL;
		}
		return this.anonymous ? ANONYMOUS : null;
	}

}
