package dev.cairn.collector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.zip.GZIPInputStream;

import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies within limits of size and time.
 *
 * @param maxBytes the maximum size, before and after it is decompressed
 * @param timeout the maximum time that the sender may take
 */
record Body(int maxBytes, Duration timeout) {

	private static final int CHUNK = 8192;

	/**
	 * Reads a body as it is sent. The web server bounds the time of one read.
	 * @throws IOException if the sender has gone
	 */
	byte[] read(InputStream in) throws IOException, RefusedException {
		long deadline = Threads.deadline(this.timeout);
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		byte[] chunk = new byte[CHUNK];
		for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
			if (read > this.maxBytes - body.size()) {
				throw tooLarge();
			}
			body.write(chunk, 0, read);
			if (System.nanoTime() - deadline > 0) {
				throw tooSlow();
			}
		}
		return body.toByteArray();
	}

	/** Decompresses a body. */
	byte[] decode(byte[] body, @Nullable String encoding) throws RefusedException {
		if (encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity")) {
			return body;
		}
		if (!isGzip(encoding)) {
			throw new RefusedException(415, "the content encoding must be gzip or none");
		}
		try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
			byte[] decoded = in.readNBytes(this.maxBytes + 1);
			if (decoded.length > this.maxBytes) {
				throw tooLarge();
			}
			return decoded;
		}
		catch (IOException ex) {
			throw new RefusedException(400, "the body is not in the format of gzip");
		}
	}

	private static boolean isGzip(String encoding) {
		String name = encoding.strip();
		return name.equalsIgnoreCase("gzip") || name.equalsIgnoreCase("x-gzip");
	}

	RefusedException tooLarge() {
		return new RefusedException(413, "the body has more than " + this.maxBytes + " bytes");
	}

	RefusedException tooSlow() {
		return new RefusedException(408, "the body did not arrive within " + this.timeout.toSeconds() + " s");
	}

}
