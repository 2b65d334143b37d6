package dev.cairn.spring.points;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.cairn.annotation.PublishEvent;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A point or an {@code @PublishEvent} that is wrong fails the start, and what Boot prints
 * names its place, its value and the remedy.
 */
@ExtendWith(OutputCaptureExtension.class)
class InvalidPointTests {

	private static final String METHOD = "cairn.points.placed.method=shop#place";

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"cairn.points.placed.fields.id=#order. | cairn.points.placed.fields.id | #order. | at position",
			"cairn.points.placed.fields.order_id=#ordr.id | cairn.points.placed.fields.order_id | #ordr.id | "
					+ "at position 1: the variable #ordr is not available in dev.cairn.spring.points.InvalidPointTests$Shop"
					+ "#place(Order); available are [#order, #result, #exception, #error_type, #duration_ms, #target, "
					+ "#method]",
			"cairn.points.placed.fields.id=order.id | cairn.points.placed.fields.id | order.id | such as #order",
			"cairn.points.placed.fields.id= | cairn.points.placed.fields.id | | the expression is empty",
			"cairn.points.placed.fields.id=#order.getId() | cairn.points.placed.fields.id | #order.getId() | "
					+ "set cairn.events.method-calls=true",
			"cairn.points.placed.fields.id=T(java.lang.Runtime) | cairn.points.placed.fields.id | T( | not available",
			"cairn.points.placed.fields.id=new String('a') | cairn.points.placed.fields.id | new | not available",
			"cairn.points.placed.fields.id=@shop | cairn.points.placed.fields.id | @shop | not available",
			"cairn.points.placed.condition=#order = null | cairn.points.placed.condition | #order = null | "
					+ "compare with ==",
			"cairn.points.placed.condition=1 + | cairn.points.placed.condition | 1 + | at position",
			"cairn.points.placed.rate=1.5 | cairn.points.placed.rate | 1.5 | rate must be between 0 and 1",
			"cairn.points.placed.type=no token | cairn.points.placed.type | no token | 1 to 200 characters",
			"cairn.points.placed.type=exception | cairn.points.placed.type | exception | reserved",
			"cairn.points.placed.on=never | cairn.points.placed.on | never | BOTH",
			"cairn.points.placed.category=x | cairn.points.placed.category | x | BEHAVIOUR",
			"cairn.points.placed.pointcut=execution(* *(..)) | cairn.points.placed.method | shop#place | not both",
			"cairn.points.none.fields.a=#a0 | cairn.points.none.method | | cairn.points.none.pointcut",
			"cairn.points.a.method=shop | cairn.points.a.method | shop | such as orderService#place",
			"cairn.points.a.method=shop#place(Order | cairn.points.a.method | shop#place(Order | such as",
			"cairn.points.a.pointcut=execution( | cairn.points.a.pointcut | execution( | Pointcut",
			"cairn.points.a.pointcut=args(String) | cairn.points.a.pointcut | args(String) | instead of args()" })
	void ofTheConfiguration(String setting, String property, String value, String remedy, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Application.class, METHOD, setting));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(property)
			.contains((value != null) ? value : "")
			.contains(remedy)
			.contains("Action:");
	}

	@Test
	void namesOfParametersThatAreMissing(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(NamelessApplication.class, "cairn.points.a.method=nameless#apply",
				"cairn.points.a.fields.value=#value"));
		assertThat(output).contains("[#a0, #result").contains("was compiled without -parameters");
	}

	@Test
	void alsoOfABeanThatIsMadeLater(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(LazyApplication.class, "cairn.points.a.method=lazyShop#place",
				"cairn.points.a.fields.id=#ordr"));
		assertThat(output).contains("the variable #ordr is not available");
	}

	@ParameterizedTest
	@ValueSource(classes = { UnknownVariable.class, NoExpression.class, NoField.class, BadRate.class, BadType.class })
	void ofAnAnnotation(Class<?> shop, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(shop));
		String reason = shop.getAnnotation(Reason.class).value();
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The @PublishEvent on " + shop.getName() + "#place(Order) has")
			.contains(reason)
			.contains("Correct the annotation");
	}

	@Test
	void ofAnAnnotationOfABeanThatIsMadeLater(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(LazyBrokenApplication.class));
		assertThat(output).contains("UnknownVariable#place(Order) has the fields.id");
	}

	private static void start(Class<?> source, String... properties) {
		RunningApplication.startWithoutWeb(Basis.class,
				Stream.concat(Stream.of(properties), Stream.of("spring.main.sources=" + source.getName()))
					.toArray(String[]::new));
	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Reason {

		String value();

	}

	record Order(long id) {
	}

	static class Shop {

		void place(Order order) {
		}

	}

	@Reason("the fields.id '#ordr.id', which is invalid: at position 1: the variable #ordr is not available in")
	static class UnknownVariable {

		@PublishEvent(value = "placed", fields = "id=#ordr.id")
		void place(Order order) {
		}

	}

	@Reason("the condition '#order.', which is invalid: at position")
	static class NoExpression {

		@PublishEvent(value = "placed", condition = "#order.")
		void place(Order order) {
		}

	}

	@Reason("the fields '#order.id', which is invalid: Use the form 'name = expression'")
	static class NoField {

		@PublishEvent(value = "placed", fields = "#order.id")
		void place(Order order) {
		}

	}

	@Reason("the rate '2.0', which is invalid: rate must be between 0 and 1")
	static class BadRate {

		@PublishEvent(value = "placed", rate = 2)
		void place(Order order) {
		}

	}

	@Reason("the value 'log', which is invalid: type 'log' is reserved")
	static class BadType {

		@PublishEvent("log")
		void place(Order order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AopAutoConfiguration.class, CairnAutoConfiguration.class,
			PointsAutoConfiguration.class })
	static class Basis {

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyApplication {

		@Bean
		@Lazy
		Shop lazyShop() {
			return new Shop();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyBrokenApplication {

		@Bean
		@Lazy
		UnknownVariable lazyShop() {
			return new UnknownVariable();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NamelessApplication {

		@Bean
		Function<String, String> nameless() {
			return String::trim;
		}

	}

}
