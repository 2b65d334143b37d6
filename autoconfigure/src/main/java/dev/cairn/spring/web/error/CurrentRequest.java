package dev.cairn.spring.web.error;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The request that the calling thread serves, from the outermost filter of Cairn on.
 */
final class CurrentRequest {

	private static final ThreadLocal<@Nullable HttpServletRequest> current = new ThreadLocal<>();

	private CurrentRequest() {
	}

	static @Nullable HttpServletRequest get() {
		return current.get();
	}

	/**
	 * Bind a request to the thread.
	 * @return what was bound before: an error page is served while the request is
	 */
	static @Nullable HttpServletRequest set(@Nullable HttpServletRequest request) {
		HttpServletRequest before = current.get();
		if (request != null) {
			current.set(request);
		}
		else {
			current.remove();
		}
		return before;
	}

}
