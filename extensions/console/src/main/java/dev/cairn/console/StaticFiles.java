package dev.cairn.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The files of the page, and those of the libraries that it uses, from the class path.
 * Thread-safe.
 */
final class StaticFiles {

	private static final String FOLDER = "META-INF/cairn/console/";

	/** No empty segment, none that begins with a dot, and nothing to be decoded. */
	private static final Pattern PATH = Pattern
		.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*){0,9}");

	private static final int MAX_PATH = 200;

	private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("html", "text/html;charset=UTF-8"),
			Map.entry("js", "text/javascript;charset=UTF-8"), Map.entry("mjs", "text/javascript;charset=UTF-8"),
			Map.entry("css", "text/css;charset=UTF-8"), Map.entry("svg", "image/svg+xml"),
			Map.entry("png", "image/png"), Map.entry("ico", "image/x-icon"), Map.entry("webp", "image/webp"),
			Map.entry("woff2", "font/woff2"), Map.entry("json", "application/json"),
			Map.entry("map", "application/json"), Map.entry("txt", "text/plain;charset=UTF-8"));

	private static final String LIBRARY = "lib/";

	private final ClassLoader loader;

	StaticFiles(ClassLoader loader) {
		this.loader = loader;
	}

	/**
	 * Returns a file.
	 * @param path the path of the file, without a slash before it
	 * @param knownTag the tags that the client knows, or {@code null}
	 * @return the answer, or {@code null} if there is no such file
	 */
	@Nullable Answer get(String path, @Nullable String knownTag) {
		String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
		if (type == null || path.length() > MAX_PATH || !PATH.matcher(path).matches()) {
			return null;
		}
		String resource = path.startsWith(LIBRARY) ? library(path.substring(LIBRARY.length())) : FOLDER + path;
		byte[] content = (resource != null) ? read(resource) : null;
		if (content == null) {
			return null;
		}
		String tag = "\"" + hash(content) + "\"";
		return (knownTag != null && knownTag.contains(tag)) ? Answer.notModified(tag) : Answer.file(type, tag, content);
	}

	private @Nullable String library(String path) {
		int end = path.indexOf('/');
		if (end < 0) {
			return null;
		}
		String artifact = path.substring(0, end);
		byte[] allowed = read(FOLDER + "webjars.txt");
		if (allowed == null || !List.of(new String(allowed, StandardCharsets.UTF_8).split("\\s+")).contains(artifact)) {
			return null;
		}
		String version = version(artifact);
		return (version != null) ? "META-INF/resources/webjars/" + artifact + "/" + version + path.substring(end)
				: null;
	}

	private @Nullable String version(String artifact) {
		Properties properties = new Properties();
		try (InputStream in = this.loader
			.getResourceAsStream("META-INF/maven/org.webjars.npm/" + artifact + "/pom.properties")) {
			if (in != null) {
				properties.load(in);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return properties.getProperty("version");
	}

	private byte @Nullable [] read(String resource) {
		try (InputStream in = this.loader.getResourceAsStream(resource)) {
			return (in != null) ? in.readAllBytes() : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String hash(byte[] content) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
