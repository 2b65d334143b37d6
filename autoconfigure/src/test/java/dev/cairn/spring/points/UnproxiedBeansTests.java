package dev.cairn.spring.points;

import java.util.List;

import dev.cairn.annotation.Bind;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.Telemetry;
import dev.cairn.annotation.Traced;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for annotations and points of beans in a context that creates no proxies: beans
 * of classes, proxies of interfaces, products of factories and lambda expressions.
 */
class UnproxiedBeansTests {

	private static final String OFF = "spring.aop.auto=false";

	@Test
	void eachKindOfAnnotationHasOneWarningThatNamesItsBeans() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, OFF,
				"cairn.points.paid.method=timed#call")) {
			List<String> warnings = RunningApplication.warnings();
			assertWarning(warnings, "@Timed or @Counted", "timed");
			assertWarning(warnings, "@PublishEvent", "published");
			assertWarning(warnings, "@Traced", "traced");
			assertWarning(warnings, "@Bind", "bound");
			assertWarning(warnings, "@Telemetry", "whole");
			assertThat(warnings).filteredOn((line) -> line.contains("the point paid publishes no events"))
				.singleElement()
				.asString()
				.contains("no proxies are created", "spring.aop.auto");
			assertThat(warnings).filteredOn((line) -> line.contains("no proxies are created")).hasSize(6);
			assertThat(application.context().containsBean("timed")).isTrue();
		}
	}

	private static void assertWarning(List<String> warnings, String annotation, String bean) {
		assertThat(warnings).filteredOn((line) -> line.contains("Cairn: " + annotation + " has no effect"))
			.singleElement()
			.asString()
			.contains(bean + " (", bean + "Proxy (", bean + "Product (", bean + "Lambda (", "no proxies are created",
					"remove spring.aop.auto=false");
	}

	@ParameterizedTest
	@CsvSource({ "cairn.events.enabled, @PublishEvent", "cairn.annotations.enabled, @Timed",
			"cairn.tracing.enabled, @Traced" })
	void anAnnotationThatIsSwitchedOffHasNoWarning(String property, String annotation) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, OFF,
				property + "=false")) {
			assertThat(RunningApplication.warnings()).noneMatch((line) -> line.contains(annotation + " "))
				.anyMatch((line) -> line.contains("@Telemetry has no effect on the beans"));
		}
	}

	@Test
	void thereIsNoWarningIfTheApplicationCreatesProxiesItself() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(ProxyingApplication.class, OFF)) {
			assertThat(RunningApplication.warnings()).noneMatch((line) -> line.contains("no proxies are created"));
		}
	}

	@Test
	void thereIsNoWarningWithProxies() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class)) {
			assertThat(RunningApplication.warnings()).noneMatch((line) -> line.contains("no proxies are created"));
		}
	}

	private static <T> T proxy(Class<T> type) {
		return type.cast(new ProxyFactory(type, (MethodInterceptor) (invocation) -> null).getProxy());
	}

	interface Measured {

		@Timed("calls")
		void call(String id);

	}

	interface Numbered {

		@Counted("calls")
		void call(String id);

	}

	interface Published {

		@PublishEvent("called")
		void call(String id);

	}

	interface Spanned {

		@Traced("call")
		void call(String id);

	}

	interface Bound {

		void call(@Bind String id);

	}

	@Telemetry
	interface Whole {

		void call(String id);

	}

	static class TimedBean implements Measured {

		@Override
		public void call(String id) {
		}

	}

	static class PublishedBean implements Published {

		@Override
		public void call(String id) {
		}

	}

	static class SpannedBean implements Spanned {

		@Override
		public void call(String id) {
		}

	}

	static class BoundBean implements Bound {

		@Override
		public void call(String id) {
		}

	}

	static class WholeBean implements Whole {

		@Override
		@Telemetry
		public void call(String id) {
		}

	}

	/**
	 * A factory of a proxy, such as those of Spring Data.
	 *
	 * @param <T> the type of the interface
	 */
	static class Factory<T> implements FactoryBean<T> {

		private final Class<T> type;

		Factory(Class<T> type) {
			this.type = type;
		}

		@Override
		public T getObject() {
			return proxy(this.type);
		}

		@Override
		public Class<T> getObjectType() {
			return this.type;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		TimedBean timed() {
			return new TimedBean();
		}

		@Bean
		Measured timedProxy() {
			return proxy(Measured.class);
		}

		@Bean
		Factory<Measured> timedProduct() {
			return new Factory<>(Measured.class);
		}

		@Bean
		Numbered timedLambda() {
			return (id) -> {
			};
		}

		@Bean
		PublishedBean published() {
			return new PublishedBean();
		}

		@Bean
		Published publishedProxy() {
			return proxy(Published.class);
		}

		@Bean
		Factory<Published> publishedProduct() {
			return new Factory<>(Published.class);
		}

		@Bean
		Published publishedLambda() {
			return (id) -> {
			};
		}

		@Bean
		SpannedBean traced() {
			return new SpannedBean();
		}

		@Bean
		Spanned tracedProxy() {
			return proxy(Spanned.class);
		}

		@Bean
		Factory<Spanned> tracedProduct() {
			return new Factory<>(Spanned.class);
		}

		@Bean
		Spanned tracedLambda() {
			return (id) -> {
			};
		}

		@Bean
		BoundBean bound() {
			return new BoundBean();
		}

		@Bean
		Bound boundProxy() {
			return proxy(Bound.class);
		}

		@Bean
		Factory<Bound> boundProduct() {
			return new Factory<>(Bound.class);
		}

		@Bean
		Bound boundLambda() {
			return (id) -> {
			};
		}

		@Bean
		WholeBean whole() {
			return new WholeBean();
		}

		@Bean
		Whole wholeProxy() {
			return proxy(Whole.class);
		}

		@Bean
		Factory<Whole> wholeProduct() {
			return new Factory<>(Whole.class);
		}

		@Bean
		Whole wholeLambda() {
			return (id) -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAspectJAutoProxy
	static class ProxyingApplication extends Application {

	}

}
