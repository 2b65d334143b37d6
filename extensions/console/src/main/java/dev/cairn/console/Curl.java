package dev.cairn.console;

import java.util.Map;

import dev.cairn.internal.Text;

/**
 * Writes a request as a command for a POSIX shell. Credentials are masked, and the body
 * is not known.
 */
final class Curl {

	private static final String HOST = "Host";

	private Curl() {
	}

	static String of(RequestDetails request, String contextPath, Texts texts) {
		Map<String, String> headers = texts.of(request.headers());
		String host = headers.getOrDefault(HOST, "localhost");
		String query = texts.of(request.query());
		String url = "http://" + host + contextPath + texts.of("path", request.path())
				+ ((query != null) ? "?" + query : "");
		StringBuilder command = new StringBuilder("curl -X ").append(quoted(request.method()))
			.append(' ')
			.append(quoted(url));
		headers.forEach((name, value) -> {
			if (!name.equals(HOST)) {
				command.append(" -H ").append(quoted(name + ": " + value));
			}
		});
		return command.toString();
	}

	/** Nothing within single quotes is special. A terminal may interpret the rest. */
	private static String quoted(String text) {
		StringBuilder quoted = new StringBuilder("'");
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '\'') {
				quoted.append("'\\''");
			}
			else {
				quoted.append((Text.isControl(c) || Character.getType(c) == Character.FORMAT) ? '?' : c);
			}
		}
		return quoted.append('\'').toString();
	}

}
