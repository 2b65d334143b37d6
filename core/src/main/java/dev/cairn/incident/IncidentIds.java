package dev.cairn.incident;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Creates incident ids in the format of Sentry's event ids: a UUID version 4 as 32
 * lower-case hex digits without dashes.
 */
final class IncidentIds {

	private static final long VERSION_MASK = 0xffff_ffff_ffff_0fffL;

	private static final long VERSION = 0x4000L;

	private static final long VARIANT = 0x8000_0000_0000_0000L;

	private IncidentIds() {
	}

	static String next() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long high = (random.nextLong() & VERSION_MASK) | VERSION;
		long low = (random.nextLong() >>> 2) | VARIANT;
		return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
	}

}
