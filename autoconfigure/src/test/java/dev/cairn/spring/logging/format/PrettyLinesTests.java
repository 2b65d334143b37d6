package dev.cairn.spring.logging.format;

import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.MDC;

import org.springframework.boot.ansi.AnsiOutput;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The form of lines for developers.
 */
class PrettyLinesTests {

	private final AnsiOutput.Enabled before = AnsiOutput.getEnabled();

	@AfterEach
	void clear() {
		MDC.clear();
		AnsiOutput.setEnabled(this.before);
	}

	@Test
	void theEventIsFirstAndItsValuesFollow() {
		assertThat(plain((logger) -> {
			MDC.put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
			MDC.put("customer", "Ada Lovelace");
			logger.atInfo().addKeyValue("order", 42).addKeyValue("total", 9.5).log("order.placed");
		})).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  order.placed {25}c.e.Shop order=42 total=9.5 "
				+ "(traceId=4bf92f3577b34da6a3ce929d0e0e4736 )?customer=\"Ada Lovelace\" "
				+ "(traceId=4bf92f3577b34da6a3ce929d0e0e4736 )?\\[main]\n");
	}

	@Test
	void aTerminalShowsColors() {
		AnsiOutput.setEnabled(AnsiOutput.Enabled.ALWAYS);
		String line = LogbackLog
			.lines("pretty", (logger) -> logger.atError().addKeyValue("order", 42).log("order.placed"))
			.get(0);
		assertThat(line).contains("\u001b[91mERROR\u001b[0;39m", "\u001b[1morder.placed\u001b[0;39m",
				"\u001b[36morder\u001b[0;39m");
	}

	@Test
	void aStackTraceHasTheFramesOfTheApplication() {
		String[] lines = plain(
				(logger) -> logger.error("failed", new IllegalStateException("outer", new RuntimeException("inner"))),
				"cairn.incidents.application-packages=dev.cairn.spring.logging.format")
			.split("\n");
		assertThat(lines[1]).isEqualTo("    java.lang.IllegalStateException: outer");
		assertThat(lines[2]).startsWith("        at dev.cairn.spring.logging.format.PrettyLinesTests.");
		assertThat(lines).anySatisfy((line) -> assertThat(line).matches(" {8}\\.\\.\\. \\d+ frames of libraries"))
			.contains("    Caused by: java.lang.RuntimeException: inner")
			.noneSatisfy((line) -> assertThat(line).contains("org.junit"));
	}

	@Test
	void noValueForgesALine() {
		String forged = "a\n12:00:00.000 ERROR forged\r\u001b[31mred\u0000\u2028e";
		String lines = plain((logger) -> {
			MDC.put("bound" + forged, forged);
			logger.atInfo()
				.addKeyValue("pair" + forged, forged)
				.setCause(new IllegalStateException(forged))
				.log("first\n" + forged);
		});
		assertThat(lines.split("\n"))
			.allSatisfy((line) -> assertThat(line).doesNotContainPattern("[\\p{Cntrl}\\u2028]"))
			.filteredOn((line) -> !line.startsWith("    "))
			.singleElement()
			.satisfies((line) -> assertThat(line).contains(" first "));
	}

	@Test
	void noFrameForgesALine() {
		Throwable thrown = new IllegalStateException("broken");
		thrown.setStackTrace(new StackTraceElement[] {
				new StackTraceElement("a.B", "m\n12:00:00.000 ERROR forged", "f\r\u001b[31m", 3) });
		assertThat(plain((logger) -> logger.error("failed", thrown)).split("\n")).hasSize(3)
			.allSatisfy((line) -> assertThat(line).doesNotContainPattern("\\p{Cntrl}"));
	}

	@Test
	void theTabsOfATextAreKept() {
		assertThat(plain((logger) -> logger.info("values:\n\tacks = all"))).contains("\n    \tacks = all\n");
	}

	@Test
	void aMegabyteIsTruncated() {
		Throwable deep = new IllegalArgumentException("the root cause");
		for (int i = 0; i < 40; i++) {
			deep = new IllegalStateException("wrapper " + "\n".repeat(100_000), deep);
		}
		Throwable thrown = deep;
		AnsiOutput.setEnabled(AnsiOutput.Enabled.ALWAYS);
		String lines = LogbackLog
			.lines("pretty",
					(logger) -> logger.atInfo()
						.addKeyValue("pair", "x".repeat(1_000_000))
						.setCause(thrown)
						.log("x\n".repeat(500_000)))
			.get(0);
		assertThat(lines).hasSizeLessThan(128 * 1024).contains("[truncated]", "the root cause");
	}

	private static String plain(Consumer<Logger> calls, String... properties) {
		AnsiOutput.setEnabled(AnsiOutput.Enabled.NEVER);
		List<String> lines = LogbackLog.lines("pretty", calls, properties);
		assertThat(lines).hasSize(1);
		return lines.get(0);
	}

}
