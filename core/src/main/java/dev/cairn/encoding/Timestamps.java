package dev.cairn.encoding;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes times in UTC with six decimals. Most messages are of the same second as the one
 * before.
 */
final class Timestamps {

	private static final DateTimeFormatter FORMAT = DateTimeFormatter
		.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private static final int NANOS_PER_MICRO = 1000;

	private static final int DECIMALS = 6;

	private static volatile Second last = Second.of(Instant.EPOCH);

	private Timestamps() {
	}

	static byte[] format(Instant timestamp) {
		Second second = last;
		if (second.epochSecond() != timestamp.getEpochSecond()) {
			second = Second.of(timestamp);
			last = second;
		}
		byte[] text = second.text().getBytes(StandardCharsets.ISO_8859_1);
		int micros = timestamp.getNano() / NANOS_PER_MICRO;
		for (int i = 0; i < DECIMALS; i++) {
			text[text.length - 2 - i] = (byte) ('0' + micros % 10);
			micros /= 10;
		}
		return text;
	}

	private record Second(long epochSecond, String text) {

		static Second of(Instant timestamp) {
			return new Second(timestamp.getEpochSecond(), FORMAT.format(timestamp));
		}

	}

}
