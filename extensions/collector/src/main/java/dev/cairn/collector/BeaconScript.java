package dev.cairn.collector;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The script of the beacon as it is served: without comments and needless space, which is
 * done once, when the application starts. Immutable.
 */
final class BeaconScript {

	private static final String RESOURCE = "beacon.js";

	private static final int VERSION_BYTES = 6;

	/**
	 * A comment, a text, a regular expression, a word, space, or any other character.
	 */
	private static final Pattern TOKEN = Pattern.compile("(?<comment>/\\*(?s:.*?)\\*/|//[^\n]*)|'(?:\\\\.|[^'\\\\\n])*'"
			+ "|(?<=[(,=:>&|?] ?)/(?:\\\\.|\\[(?:\\\\.|[^]\\\\])*]|[^/\\\\\n])+/[gi]*|[\\w$]+|(?<space>\\s+)|(?s:.)");

	private final byte[] content;

	private final byte[] compressed;

	private BeaconScript(byte[] content) {
		this.content = content;
		this.compressed = gzip(content);
	}

	static BeaconScript load() {
		try (InputStream in = BeaconScript.class.getResourceAsStream(RESOURCE)) {
			if (in == null) {
				throw new IllegalStateException(RESOURCE + " is missing on the class path");
			}
			String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			return new BeaconScript(shorten(source).getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The script ends each statement with a semicolon, and has no template literals. */
	private static String shorten(String source) {
		StringBuilder shortened = new StringBuilder();
		boolean space = false;
		Matcher tokens = TOKEN.matcher(source);
		while (tokens.find()) {
			if (tokens.group("space") != null) {
				space = true;
			}
			else if (tokens.group("comment") == null) {
				String token = tokens.group();
				if (space && isWord(token.charAt(0)) && isWord(shortened.charAt(shortened.length() - 1))) {
					shortened.append(' ');
				}
				shortened.append(token);
				space = false;
			}
		}
		return shortened.toString();
	}

	private static boolean isWord(char c) {
		return Character.isLetterOrDigit(c) || c == '_' || c == '$';
	}

	private static byte[] gzip(byte[] content) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream out = new GZIPOutputStream(bytes) {
			{
				this.def.setLevel(Deflater.BEST_COMPRESSION);
			}
		}) {
			out.write(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	byte[] content() {
		return this.content;
	}

	byte[] compressed() {
		return this.compressed;
	}

	/** Returns the version that addresses of the script contain: a hash of it. */
	String version() {
		return HexFormat.of().formatHex(digest("SHA-256"), 0, VERSION_BYTES);
	}

	/** Returns the value of the attribute {@code integrity} of a script element. */
	String integrity() {
		return "sha384-" + Base64.getEncoder().encodeToString(digest("SHA-384"));
	}

	private byte[] digest(String algorithm) {
		try {
			return MessageDigest.getInstance(algorithm).digest(this.content);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
