package dev.cairn.spring.web.request;

import java.net.URI;
import java.net.URISyntaxException;

import org.jspecify.annotations.Nullable;

/**
 * How much is told of the page from which a request comes.
 */
public enum Referrer {

	/** The host. */
	HOST,

	/** The address without query, fragment and user. */
	WITHOUT_QUERY,

	/** Nothing. */
	NONE;

	private static final int LONGEST = 2048;

	/** Return what is told of a header; nothing when it is no address. */
	@Nullable String of(@Nullable String header) {
		if (this == NONE || header == null || header.length() > LONGEST) {
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
