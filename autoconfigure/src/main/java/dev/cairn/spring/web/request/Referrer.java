package dev.cairn.spring.web.request;

import java.net.URI;
import java.net.URISyntaxException;

import org.jspecify.annotations.Nullable;

/**
 * How much of the referring page's address is published.
 */
enum Referrer {

	/** The host. */
	HOST,

	/** The address without query, fragment and user. */
	WITHOUT_QUERY,

	/** Nothing. */
	NONE;

	private static final int MAX_LENGTH = 2048;

	/** Returns the part that is published, or {@code null} for a malformed address. */
	@Nullable String of(@Nullable String header) {
		if (this == NONE || header == null || header.length() > MAX_LENGTH) {
			return null;
		}
		try {
			URI page = new URI(header);
			String host = page.getHost();
			if (this == HOST || host == null) {
				return host;
			}
			return new URI(page.getScheme(), null, host, page.getPort(), page.getPath(), null, null).toString();
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

}
