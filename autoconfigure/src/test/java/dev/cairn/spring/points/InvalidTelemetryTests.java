package dev.cairn.spring.points;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Arrays;

import dev.cairn.annotation.Telemetry;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An {@link Telemetry @Telemetry} that is wrong fails the start with the attribute, its
 * value and the remedy, whatever is switched off.
 */
@ExtendWith(OutputCaptureExtension.class)
class InvalidTelemetryTests {

	@ParameterizedTest
	@ValueSource(classes = { BadName.class, BadEvent.class, ReservedEvent.class, BadBind.class, BoundResult.class,
			BadBindName.class, BadTag.class, NoTag.class, BadSlow.class, NegativeSlow.class })
	void failsTheStart(Class<?> shop, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(shop));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The @Telemetry on " + shop.getName() + "#place(Order) has the "
					+ shop.getAnnotation(Reason.class).value())
			.contains("Correct the annotation.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.events.enabled=false", "cairn.annotations.enabled=false",
			"cairn.tracing.enabled=false", "cairn.errors.enabled=false" })
	void failsTheStartWhateverIsSwitchedOff(String property, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(BadTag.class, property));
		assertThat(output).contains("has the tags 'id = #ordr.id', which is invalid");
	}

	@Test
	void failsTheStartForABeanThatIsMadeLater(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(LazyApplication.class));
		assertThat(output).contains("BadSlow#place(Order) has the slow 'soon'");
	}

	private static void start(Class<?> source, String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 1);
		all[properties.length] = "spring.main.sources=" + source.getName();
		RunningApplication.startWithoutWeb(Application.class, all).close();
	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Reason {

		String value();

	}

	record Order(long id) {
	}

	@Reason("name 'place an order', which is invalid: Use 1 to 200 characters of [A-Za-z0-9_.:/-].")
	static class BadName {

		@Telemetry(name = "place an order")
		void place(Order order) {
		}

	}

	@Reason("event 'order placed', which is invalid: type must be 1 to 200 characters")
	static class BadEvent {

		@Telemetry(event = "order placed")
		void place(Order order) {
		}

	}

	@Reason("event 'log', which is invalid: type 'log' is reserved")
	static class ReservedEvent {

		@Telemetry(event = "log")
		void place(Order order) {
		}

	}

	@Reason("bind 'order = #ordr.id', which is invalid: at position 1: the variable #ordr is not available in")
	static class BadBind {

		@Telemetry(bind = "order = #ordr.id")
		void place(Order order) {
		}

	}

	@Reason("bind 'order = #result', which is invalid: at position 1: the variable #result is not available in")
	static class BoundResult {

		@Telemetry(bind = "order = #result")
		void place(Order order) {
		}

	}

	@Reason("bind 'the order = #order.id', which is invalid: name must have 1 to 100 characters")
	static class BadBindName {

		@Telemetry(bind = "the order = #order.id")
		void place(Order order) {
		}

	}

	@Reason("tags 'id = #ordr.id', which is invalid: at position 1: the variable #ordr is not available in")
	static class BadTag {

		@Telemetry(event = "placed", tags = "id = #ordr.id")
		void place(Order order) {
		}

	}

	@Reason("tags '#order.id', which is invalid: Use the form 'name = expression'")
	static class NoTag {

		@Telemetry(event = "placed", tags = "#order.id")
		void place(Order order) {
		}

	}

	@Reason("slow 'soon', which is invalid: Use a duration of more than 0, such as 500ms or 2s.")
	static class BadSlow {

		@Telemetry(slow = "soon")
		void place(Order order) {
		}

	}

	@Reason("slow '-1s', which is invalid: Use a duration of more than 0, such as 500ms or 2s.")
	static class NegativeSlow {

		@Telemetry(slow = "-1s")
		void place(Order order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyApplication {

		@Bean
		@Lazy
		BadSlow lazyShop() {
			return new BadSlow();
		}

	}

}
