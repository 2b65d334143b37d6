package dev.cairn.spring.metrics;

import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Micrometer's annotations on the beans of a running application.
 */
class AnnotationsTests {

	@ParameterizedTest
	@ValueSource(strings = { "cairn.annotations.enabled=true", "management.observations.annotations.enabled=true" })
	void countAndTimeEveryCallOnce(String property) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class, property)) {
			application.bean(Shop.class).order();
			application.bean(Shop.class).order();
			assertThatIllegalStateException().isThrownBy(application.bean(Shop.class)::fail);
			application.bean(TimedShop.class).order();
			MeterRegistry registry = application.bean(MeterRegistry.class);
			assertThat(registry.get("shop.order").timer().count()).isEqualTo(2);
			assertThat(registry.get("shop.orders").tag("result", "success").counter().count()).isEqualTo(2);
			assertThat(registry.get("shop.fail").tag("exception", "IllegalStateException").timer().count()).isOne();
			assertThat(registry.get("timed.shop").timer().count()).isOne();
			assertThat(registry.get("timed.shop.calls").counter().count()).isOne();
		}
	}

	@Test
	void doNothingWhenSwitchedOff() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"cairn.annotations.enabled=false")) {
			application.bean(Shop.class).order();
			assertThat(application.bean(MeterRegistry.class).find("shop.order").timer()).isNull();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Shop shop() {
			return new Shop();
		}

		@Bean
		TimedShop timedShop() {
			return new TimedShop();
		}

	}

	static class Shop {

		@Timed("shop.order")
		@Counted("shop.orders")
		void order() {
		}

		@Timed("shop.fail")
		void fail() {
			throw new IllegalStateException("fails");
		}

	}

	@Timed("timed.shop")
	@Counted("timed.shop.calls")
	static class TimedShop {

		void order() {
		}

	}

}
