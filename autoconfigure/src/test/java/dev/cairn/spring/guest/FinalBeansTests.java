package dev.cairn.spring.guest;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for an application whose beans cannot be proxied: final classes, records, and
 * classes with final methods, as Kotlin compiles them without its plugin for Spring.
 */
class FinalBeansTests {

	@Test
	void leavesBeansAloneThatCannotBeProxied() {
		try (RunningApplication application = RunningApplication.start(FinalApplication.class)) {
			assertThat(application.bean(FinalClass.class).greet()).isEqualTo("hello");
			assertThat(application.bean(FinalRecord.class).greet()).isEqualTo("hello");
			assertThat(application.bean(KotlinClass.class).greet()).isEqualTo("hello");
			assertThat(application.bean(FinalMethod.class).greet()).isEqualTo("hello");
			assertThat(application.bean(FinalMethod.class).name()).isEqualTo("field");
			assertThat(application.bean(Inherited.class).name()).isEqualTo("field");
			assertThat(application.bean(SealedClass.class).greet()).isEqualTo("hello");
			assertThat(application.bean(Factored.class).greet()).isEqualTo("hello");
			assertThat(application.bean(FinalEvents.class).greet()).isEqualTo("hello");
			assertWarned(FinalClass.class, "FinalClass is final");
			assertWarned(FinalRecord.class, "FinalRecord is final");
			assertWarned(KotlinClass.class, "KotlinClass#greet is final");
			assertWarned(FinalMethod.class, "FinalMethod#name is final");
			assertWarned(Inherited.class, "Base#name is final");
			assertWarned(SealedClass.class, "SealedClass is sealed");
			assertWarned(Factored.class, "private constructors");
			assertWarned(FinalEvents.class, "FinalEvents is final");
		}
	}

	@Test
	void measuresBeansThatCanBeProxied() {
		try (RunningApplication application = RunningApplication.start(FinalApplication.class)) {
			OpenClass bean = application.bean(OpenClass.class);
			assertThat(AopUtils.isCglibProxy(bean)).isTrue();
			assertThat(bean.greet()).isEqualTo("hello");
			assertThat(application.bean(MeterRegistry.class).get("greetings.open").timer().count()).isOne();
			assertThat(warnings(OpenClass.class)).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "cairn.points.x.method=*#get*", "cairn.points.x.method=*#*", "cairn.points.x.method=o*#get*",
					"cairn.points.x.pointcut=execution(* *(..))", "cairn.points.x.pointcut=execution(* get*(..))" })
	void wildcardsStayInsideTheApplication(String point) {
		try (RunningApplication application = RunningApplication.start(FinalApplication.class, point)) {
			assertThat(application.get("/nowhere").statusCode()).isEqualTo(404);
			assertThat(application.context()
				.getBeansOfType(Object.class, true, false)
				.values()
				.stream()
				.filter(AopUtils::isAopProxy)
				.map((bean) -> AopUtils.getTargetClass(bean).getName())).allMatch((name) -> name.contains(".guest."));
		}
	}

	private static void assertWarned(Class<?> type, String reason) {
		assertThat(warnings(type)).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.WARN);
			assertThat(event.getFormattedMessage()).contains(type.getName(), reason);
		});
	}

	private static List<ILoggingEvent> warnings(Class<?> type) {
		return RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getLevel() == Level.WARN && event.getFormattedMessage().contains(type.getName()))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ FinalClass.class, KotlinClass.class, FinalMethod.class, Inherited.class, SealedClass.class,
			FinalEvents.class, OpenClass.class })
	static class FinalApplication {

		@Bean
		FinalRecord finalRecord() {
			return new FinalRecord("hello");
		}

		@Bean
		Factored factored() {
			return Factored.create();
		}

	}

	@Timed("greetings.final")
	static final class FinalClass {

		String greet() {
			return "hello";
		}

	}

	record FinalRecord(String greeting) {

		@Counted("greetings.record")
		String greet() {
			return this.greeting;
		}

	}

	/** A Kotlin class that is declared open, whose methods are final nevertheless. */
	static class KotlinClass {

		private final String greeting = "hello";

		@Timed("greetings.kotlin")
		final String greet() {
			return this.greeting;
		}

	}

	static class FinalMethod {

		private final String name = "field";

		@Timed("greetings.method")
		String greet() {
			return "hello";
		}

		final String name() {
			return this.name;
		}

	}

	static class Base {

		private final String name = "field";

		final String name() {
			return this.name;
		}

	}

	static class Inherited extends Base {

		@Counted("greetings.inherited")
		String greet() {
			return "hello";
		}

	}

	static sealed class SealedClass permits SealedChild {

		@Timed("greetings.sealed")
		String greet() {
			return "hello";
		}

	}

	static final class SealedChild extends SealedClass {

	}

	static class Factored {

		private Factored() {
		}

		static Factored create() {
			return new Factored();
		}

		@Timed("greetings.factored")
		String greet() {
			return "hello";
		}

	}

	@Component
	static final class FinalEvents {

		@PublishEvent("greeting.sent")
		String greet() {
			return "hello";
		}

	}

	static final class FactoredChild extends Factored {

	}

	static class OpenClass {

		@Timed("greetings.open")
		String greet() {
			return "hello";
		}

	}

}
