package dev.cairn.engine;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Generates message ids: UUID version 7 of RFC 9562 section 5.7, with the fraction of the
 * millisecond in the twelve bits after the version (section 6.2, method 3), so that ids
 * sort by time. They are not secret.
 */
public final class MessageIds {

	private static final long VERSION = 0x7000L;

	private static final long VARIANT = 0x8000_0000_0000_0000L;

	private MessageIds() {
	}

	/**
	 * Returns the id of another message.
	 * @param now the time of the message
	 * @return lower-case hex with dashes
	 */
	public static String next(Instant now) {
		long fraction = (now.getNano() % TimeUnit.MILLISECONDS.toNanos(1)) * 4096 / TimeUnit.MILLISECONDS.toNanos(1);
		long high = (now.toEpochMilli() << 16) | VERSION | fraction;
		long low = (ThreadLocalRandom.current().nextLong() >>> 2) | VARIANT;
		return new UUID(high, low).toString();
	}

}
