package dev.cairn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.cairn.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.helpers.NOPLogger;
import org.slf4j.spi.DefaultLoggingEventBuilder;
import org.slf4j.spi.LoggingEventBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Entries with values by name.
 */
class CairnLoggerTests {

	private static final String NAME = "shop.orders";

	private final LogCapture captured = new LogCapture(NAME);

	private final CairnLogger log = CairnLogger.of(NAME);

	private final ch.qos.logback.classic.Logger logger = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(NAME);

	@BeforeEach
	void enableInfo() {
		this.logger.setLevel(ch.qos.logback.classic.Level.INFO);
	}

	@AfterEach
	void restore() {
		this.captured.close();
		this.logger.setLevel(null);
	}

	@Test
	void keepsTheTypesOfValues() {
		this.log.bind("user", 17L).info("user.login", "happy", true);
		assertThat(entry().getFormattedMessage()).isEqualTo("user.login");
		assertThat(values()).containsExactly(Map.entry("user", 17L), Map.entry("happy", true));
	}

	@Test
	void writesBracesAsTheyAre() {
		this.log.info("{} of {}", "a", 1, "b", 2);
		assertThat(entry().getFormattedMessage()).isEqualTo("{} of {}");
	}

	@Test
	void isImmutable() {
		CairnLogger bound = this.log.bind("a", 1);
		bound.bind("b", 2);
		bound.unbind("a");
		assertThat(bound.bindings()).containsExactly(Map.entry("a", 1));
		assertThat(this.log.bindings()).isEmpty();
	}

	@Test
	void replacesABoundValueByTheOneOfTheCall() {
		CairnLogger bound = this.log.bind("a", 1).bind("b", 2).bind("a", 3);
		bound.info("event", "b", 4, "c", 5, "c", 6);
		assertThat(values()).containsExactly(Map.entry("a", 3), Map.entry("b", 4), Map.entry("c", 6));
	}

	@Test
	void unbindsByPattern() {
		CairnLogger bound = this.log.bind(Map.of("order.id", 1, "order.total", 2, "user", 3));
		assertThat(bound.unbind("order.*").bindings()).containsOnlyKeys("user");
		assertThat(bound.tryUnbind("user", "other").bindings()).containsOnlyKeys("order.id", "order.total");
		assertThat(bound.fresh().bindings()).isEmpty();
	}

	@Test
	void refusesToUnbindWhatIsNotBound() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.log.bind("user", 1).unbind("usr"))
			.withMessage("No value is bound under the key 'usr'; the keys are [user]");
	}

	@Test
	void refusesAnEmptyKey() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.log.bind("", 1))
			.withMessage("key must not be empty, but the key of '1' is ");
		Map<String, Object> values = new LinkedHashMap<>();
		values.put(null, 1);
		assertThatIllegalArgumentException().isThrownBy(() -> this.log.bind(values)).withMessageContaining("null");
	}

	@Test
	void computesAValueForEachEntryThatIsLogged() {
		AtomicInteger calls = new AtomicInteger();
		CairnLogger bound = this.log.bind("call", calls::incrementAndGet);
		bound.debug("unseen");
		bound.info("first");
		assertThat(values()).containsExactly(Map.entry("call", 1));
		bound.info("second", "call", "given");
		bound.info("third");
		assertThat(calls).hasValue(2);
	}

	@Test
	void isolatesAValueThatCannotBeComputed() {
		Supplier<Object> failing = () -> {
			throw new IllegalStateException("secret");
		};
		this.log.bind("bad", failing).info("event", "good", 1);
		assertThat(values()).containsExactly(Map.entry("bad", "[java.lang.IllegalStateException]"),
				Map.entry("good", 1));
	}

	@ParameterizedTest
	@MethodSource("errors")
	void isolatesAValueWhoseComputationEndsWithAnError(Throwable error) {
		Supplier<Object> failing = () -> thrown(error);
		this.log.bind("bound", failing).info("event", "given", failing, failing);
		String name = "[" + error.getClass().getName() + "]";
		assertThat(values()).containsExactly(Map.entry("bound", name), Map.entry("given", name),
				Map.entry("unnamed", name));
	}

	@ParameterizedTest
	@MethodSource("errors")
	void isolatesAKeyThatHasNoText(Throwable error) {
		Object key = new Unprintable(error);
		this.log.bind("bound", 1).info("event", key, 2, "good", 3);
		assertThat(values()).containsExactly(Map.entry("bound", 1),
				Map.entry("[unprintable " + Unprintable.class.getName() + ": " + error.getClass().getName() + "]", 2),
				Map.entry("good", 3));
	}

	static Stream<Throwable> errors() {
		return Stream.of(new AssertionError("secret"), new NoClassDefFoundError("secret"), new StackOverflowError(),
				new IOException("secret"), new IllegalStateException("secret"), new Error("secret") {
				});
	}

	@Test
	void asksAKeyForItsTextOnce() {
		AtomicInteger calls = new AtomicInteger();
		Object key = new Object() {

			@Override
			public String toString() {
				return "key" + calls.incrementAndGet();
			}

		};
		this.log.bind("a", 1).bind("b", 2).info("event", key, 3, "c", 4);
		assertThat(values()).containsOnlyKeys("a", "b", "key1", "c");
	}

	@Test
	void namesAKeyWithoutAText() {
		Object key = new Object() {

			@Override
			public String toString() {
				return null;
			}

		};
		this.log.info("event", key, 1);
		assertThat(values()).containsExactly(Map.entry("null", 1));
	}

	@Test
	void takesNoValues() {
		this.log.bind("a", 1).info("event", (Object[]) null);
		this.log.log(Level.WARN, "event", (Object[]) null);
		assertThat(this.captured.all()).containsExactly("event", "event");
		assertThat(values()).containsExactly(Map.entry("a", 1));
	}

	/** As Log4j2 does. */
	@ParameterizedTest
	@MethodSource("errors")
	void isolatesAValueThatTheLoggingSystemCannotPrint(Throwable error) {
		List<String> added = new ArrayList<>();
		LoggingEventBuilder entry = new DefaultLoggingEventBuilder(this.logger, Level.INFO) {

			@Override
			public LoggingEventBuilder addKeyValue(String key, Object value) {
				added.add(key + "=" + value);
				return this;
			}

		};
		LogValues.NONE.and(Map.of("bound", new Unprintable(error))).addTo(entry, "bad", new Unprintable(error), "a", 1);
		String text = "[unprintable " + Unprintable.class.getName() + ": " + error.getClass().getName() + "]";
		assertThat(added).containsExactly("bound=" + text, "bad=" + text, "a=1");
	}

	@ParameterizedTest
	@MethodSource("errors")
	void doesNotPassOnWhatAnAppenderThrows(Throwable error) {
		Unprintable value = new Unprintable(error);
		AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

			@Override
			protected void append(ILoggingEvent event) {
				value.toString();
			}

		};
		appender.start();
		this.logger.addAppender(appender);
		try {
			assertThatCode(() -> this.log.info("event", "a", value)).doesNotThrowAnyException();
		}
		finally {
			this.logger.detachAppender(appender);
		}
	}

	@Test
	void doesNotHideThatThereIsNoHeapLeft() {
		Supplier<Object> failing = () -> thrown(new OutOfMemoryError("test"));
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> this.log.info("event", "a", failing));
	}

	@Test
	void takesAThrowableAtTheEnd() {
		IllegalStateException thrown = new IllegalStateException("x");
		this.log.error("payment.failed", "order", 17, thrown);
		assertThat(((ThrowableProxy) entry().getThrowableProxy()).getThrowable()).isSameAs(thrown);
		assertThat(values()).containsExactly(Map.entry("order", 17));
	}

	@Test
	void keepsAValueWithoutAKey() {
		this.log.info("event", "a", 1, "lost");
		assertThat(values()).containsExactly(Map.entry("a", 1), Map.entry("unnamed", "lost"));
	}

	@Test
	void reportsTheLineOfTheCaller() {
		List<String> callers = new ArrayList<>();
		AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

			@Override
			protected void append(ILoggingEvent event) {
				callers.add(event.getCallerData()[0].getMethodName());
			}

		};
		appender.start();
		this.logger.addAppender(appender);
		this.log.info("event", "a", 1);
		this.log.log(Level.WARN, "event");
		this.logger.detachAppender(appender);
		assertThat(callers).containsExactly("reportsTheLineOfTheCaller", "reportsTheLineOfTheCaller");
	}

	@ParameterizedTest
	@EnumSource
	void writesEachLevelIfItIsEnabled(Level level) {
		this.logger.setLevel(ch.qos.logback.classic.Level.convertAnSLF4JLevel(level));
		write(level);
		assertThat(this.captured.all()).containsExactly("single", "several", "any");
		assertThat(this.log.isEnabled(level)).isTrue();
		this.logger.setLevel(ch.qos.logback.classic.Level.OFF);
		write(level);
		assertThat(this.captured.all()).hasSize(3);
		assertThat(this.log.isEnabled(level)).isFalse();
	}

	private void write(Level level) {
		switch (level) {
			case TRACE -> {
				this.log.trace("single", "a", 1);
				this.log.trace("several", "a", 1, "b", 2);
			}
			case DEBUG -> {
				this.log.debug("single", "a", 1);
				this.log.debug("several", "a", 1, "b", 2);
			}
			case INFO -> {
				this.log.info("single", "a", 1);
				this.log.info("several", "a", 1, "b", 2);
			}
			case WARN -> {
				this.log.warn("single", "a", 1);
				this.log.warn("several", "a", 1, "b", 2);
			}
			case ERROR -> {
				this.log.error("single", "a", 1);
				this.log.error("several", "a", 1, "b", 2);
			}
		}
		this.log.log(level, "any");
	}

	@Test
	void doesNothingWithoutALoggingSystem() {
		CairnLogger nowhere = CairnLogger.of(NOPLogger.NOP_LOGGER).bind("a", 1);
		nowhere.error("event", "b", 2);
		assertThat(this.captured.all()).isEmpty();
	}

	@SuppressWarnings("unchecked")
	private static <T, E extends Throwable> T thrown(Throwable ex) throws E {
		throw (E) ex;
	}

	private ILoggingEvent entry() {
		return this.captured.events().get(0);
	}

	private Map<String, Object> values() {
		Map<String, Object> values = new LinkedHashMap<>();
		for (KeyValuePair pair : entry().getKeyValuePairs()) {
			assertThat(values).doesNotContainKey(pair.key);
			values.put(pair.key, pair.value);
		}
		return values;
	}

	private record Unprintable(Throwable error) {

		@Override
		public String toString() {
			return thrown(this.error);
		}

	}

}
