package dev.cairn.encoding;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TimestampsTests {

	@Test
	void writesAsTheFormatterOfTheJdk() {
		DateTimeFormatter formatter = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
			.withZone(ZoneOffset.UTC);
		Random random = new Random(42);
		for (int i = 0; i < 20_000; i++) {
			Instant time = Instant.ofEpochSecond(random.nextLong(-62_167_219_200L, 253_402_300_800L),
					random.nextInt(1_000_000_000));
			assertThat(Timestamps.format(time)).asString().isEqualTo(formatter.format(time));
		}
		for (Instant edge : new Instant[] { Instant.EPOCH, Instant.parse("0000-01-01T00:00:00Z"),
				Instant.parse("9999-12-31T23:59:59.999999999Z"), Instant.parse("+10000-01-01T00:00:00Z"),
				Instant.parse("-0001-12-31T23:59:59Z") }) {
			assertThat(Timestamps.format(edge)).asString().isEqualTo(formatter.format(edge));
		}
	}

}
