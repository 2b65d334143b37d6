package dev.cairn.spring.switches;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.cairn.Cairn;
import dev.cairn.NamePattern;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.engine.Settings;
import dev.cairn.engine.Settings.SamplingRule;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.LogCapture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggerConfiguration.LevelConfiguration;
import org.springframework.boot.logging.LoggingSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The times of {@link Switches}, by a clock that is moved, and failures to revert them.
 */
class SwitchExpiryTests {

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

	private final Loggers loggers = new Loggers();

	private final Settings.Holder settings = new Settings.Holder(Settings.DEFAULT);

	private final MemorySink sink = new MemorySink(new Accounts().channel("memory"), 10_000);

	private final Cairn cairn = new CairnBuilder(Origin.here("shop", null, null)).sink(this.sink)
		.settings(this.settings)
		.sampler(this.settings.sampler())
		.build();

	private final Switches switches = new Switches(
			Map.of("event", new EventKind(true), "logger", new LoggerKind(this.loggers)), this.settings,
			new LoggerLevels(this.loggers), new SwitchReport(this.cairn, Redactor.DEFAULT), this.now::get,
			Duration.ofMinutes(15), Duration.ofHours(24));

	@AfterEach
	void close() {
		this.switches.close();
		this.cairn.close();
	}

	@Test
	void lastsForTheDefaultDuration() {
		Switch set = set("event", "a", "off", null);
		assertThat(set.until()).isEqualTo(this.now.get().plus(Duration.ofMinutes(15)));
		move(Duration.ofMinutes(15));
		awaitActive(0);
		assertThat(this.settings.get().typesOff()).isEmpty();
		assertThat(actions()).containsExactly("set", "expired");
	}

	@Test
	void theEarlierSwitchAppliesWhenTheLaterEnds() {
		set("event", "a", "off", "2h");
		set("event", "a", "0.5", "1h");
		assertThat(this.settings.get().typesOff()).isEmpty();
		move(Duration.ofHours(1));
		awaitActive(1);
		assertThat(this.settings.get().typesOff()).containsExactly("a");
		move(Duration.ofHours(1));
		awaitActive(0);
		assertThat(this.settings.get().typesOff()).isEmpty();
		assertThat(this.settings.get().samplingRules()).isEmpty();
	}

	@Test
	void theLaterSwitchRemainsWhenTheEarlierEnds() {
		set("event", "a", "off", "1h");
		set("event", "a", "0.5", "2h");
		move(Duration.ofHours(1));
		awaitActive(1);
		assertThat(this.settings.get().samplingRules()).extracting(SamplingRule::rate).containsExactly(0.5);
	}

	/** Nothing is put back: the base may have changed meanwhile. */
	@Test
	void aChangeOfTheBaseRemains() {
		set("event", "a", "off", "1h");
		SamplingRule rule = new SamplingRule(null, NamePattern.of("b"), null, null, null, null, null, 0);
		this.settings.update((base) -> base.withSamplingRules(List.of(rule)));
		assertThat(this.settings.get().typesOff()).containsExactly("a");
		assertThat(this.settings.get().samplingRules()).hasSize(2);
		move(Duration.ofHours(1));
		awaitActive(0);
		assertThat(this.settings.get().samplingRules()).containsExactly(rule);
	}

	@Test
	void levelsOfOneLoggerOverlap() {
		this.loggers.levels.put("shop", LogLevel.WARN);
		set("logger", "shop", "debug", "2h");
		set("logger", "shop", "trace", "1h");
		assertThat(this.loggers.levels).containsEntry("shop", LogLevel.TRACE);
		move(Duration.ofHours(1));
		awaitActive(1);
		assertThat(this.loggers.levels).containsEntry("shop", LogLevel.DEBUG);
		move(Duration.ofHours(1));
		awaitActive(0);
		assertThat(this.loggers.levels).containsEntry("shop", LogLevel.WARN);
	}

	@Test
	void aRevertThatFailsIsLoggedOnceAndTriedAgainWhileFailuresComeIn() {
		AtomicBoolean storm = new AtomicBoolean(true);
		Thread failures = new Thread(() -> {
			while (storm.get()) {
				this.cairn.capture(new IllegalStateException("broken"));
			}
		});
		failures.start();
		try (LogCapture log = new LogCapture(Switches.class.getName())) {
			set("logger", "shop", "debug", "1h");
			set("event", "exception", "off", "1h");
			this.loggers.broken = true;
			move(Duration.ofHours(1));
			awaitActive(1);
			assertThat(this.settings.get().typesOff()).isEmpty();
			int tries = this.loggers.tries.size();
			for (int i = 0; i < 3; i++) {
				int before = this.loggers.tries.size();
				move(Duration.ofSeconds(1));
				RunningApplication.await(() -> this.loggers.tries.size() > before);
			}
			assertThat(this.loggers.tries).hasSizeGreaterThan(tries + 2);
			assertThat(this.switches.active()).singleElement().matches(Switch::reverting);
			this.loggers.broken = false;
			move(Duration.ofSeconds(1));
			awaitActive(0);
			assertThat(this.loggers.levels).doesNotContainEntry("shop", LogLevel.DEBUG);
			assertThat(log.events().stream().filter((event) -> event.getFormattedMessage().contains("could not be")))
				.hasSize(1);
		}
		finally {
			storm.set(false);
		}
	}

	@Test
	void isRefusedIfTheLoggingSystemRefusesIt() {
		this.loggers.broken = true;
		assertThatIllegalArgumentException().isThrownBy(() -> set("logger", "shop", "debug", "1h"))
			.withMessageContaining("cannot be set");
		assertThat(this.switches.active()).isEmpty();
		assertThat(actions()).isEmpty();
	}

	@Test
	void leavesACustomLevel() {
		this.loggers.custom = true;
		assertThatIllegalArgumentException().isThrownBy(() -> set("logger", "shop", "debug", "1h"))
			.withMessageContaining("'shop' has the level NOTICE");
		assertThat(this.loggers.tries).isEmpty();
		assertThat(this.switches.active()).isEmpty();
	}

	@Test
	void theNumberOfSwitchesIsBounded() {
		for (int i = 0; i < Switches.MAX_ACTIVE; i++) {
			set("event", "a" + i, "off", "1h");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> set("event", "b", "off", "1h"))
			.withMessageContaining("100 switches");
	}

	@Test
	void theThreadOnlyLivesWhileASwitchIsActive() {
		Set<Thread> before = new HashSet<>(threads());
		Switch set = set("event", "a", "off", "1h");
		List<Thread> own = new ArrayList<>(threads());
		own.removeAll(before);
		assertThat(own).hasSize(1);
		this.switches.revert(set.id(), "me");
		RunningApplication.await(() -> !own.get(0).isAlive());
	}

	@Test
	void continuesAfterASuspension() {
		set("event", "a", "off", "1h");
		this.switches.suspend(Duration.ofSeconds(30));
		move(Duration.ofHours(1));
		assertThat(this.switches.active()).hasSize(1);
		this.switches.resume();
		awaitActive(0);
	}

	@Test
	void reportsWhatIsActiveWhenItStops() {
		set("event", "a", "off", "1h");
		set("logger", "shop", "debug", "1h");
		this.switches.close();
		this.switches.close();
		assertThat(actions()).containsExactly("set", "set", "stopped", "stopped");
		assertThat(this.loggers.levels.get("shop")).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> set("event", "b", "off", "1h"));
	}

	private static List<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("cairn-switches"))
			.toList();
	}

	private Switch set(String kind, String target, String value, @Nullable String duration) {
		return this.switches.set(new SwitchRequest(kind, target, value, null, null, duration), "me");
	}

	private void move(Duration time) {
		this.now.updateAndGet((instant) -> instant.plus(time));
	}

	/** The event follows once the settings are applied. */
	private void awaitActive(int number) {
		RunningApplication.await(() -> this.switches.active().size() == number
				&& count("set") - count("expired") - count("reverted") == number);
	}

	private long count(String action) {
		return actions().stream().filter(action::equals).count();
	}

	private List<String> actions() {
		return this.sink.messages()
			.stream()
			.filter((message) -> message.type().equals("cairn.switch"))
			.map((message) -> String.valueOf(message.fields().get("action")))
			.toList();
	}

	/**
	 * A logging system that can break.
	 */
	private static final class Loggers extends LoggingSystem {

		private final Map<String, @Nullable LogLevel> levels = new HashMap<>();

		private final List<String> tries = new CopyOnWriteArrayList<>();

		private volatile boolean broken;

		private volatile boolean custom;

		@Override
		public void beforeInitialize() {
		}

		@Override
		public Set<LogLevel> getSupportedLogLevels() {
			return Set.of(LogLevel.values());
		}

		@Override
		public @Nullable LoggerConfiguration getLoggerConfiguration(String name) {
			if (this.custom) {
				LevelConfiguration notice = LevelConfiguration.ofCustom("NOTICE");
				return new LoggerConfiguration(name, notice, notice);
			}
			LogLevel level = this.levels.get(name);
			return (level != null) ? new LoggerConfiguration(name, level, level) : null;
		}

		@Override
		public void setLogLevel(@Nullable String name, @Nullable LogLevel level) {
			this.tries.add(name + level);
			if (this.broken) {
				throw new IllegalStateException("broken");
			}
			this.levels.put(name, level);
		}

	}

}
