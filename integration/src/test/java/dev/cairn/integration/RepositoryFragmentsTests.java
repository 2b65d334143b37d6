package dev.cairn.integration;

import java.util.List;

import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.Telemetry;
import dev.cairn.annotation.Traced;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.data.annotation.Id;
import org.springframework.data.keyvalue.repository.KeyValueRepository;
import org.springframework.data.map.repository.config.EnableMapRepositories;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Annotations on the custom methods of repositories of Spring Data, whose interfaces are
 * implemented by the proxy of the repository and by a bean.
 */
class RepositoryFragmentsTests {

	private static final String WITHOUT_BOOTS_TIMERS = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.data.autoconfigure.metrics.DataRepositoryMetricsAutoConfiguration";

	@ParameterizedTest
	@ValueSource(strings = { "cairn.annotations.enabled=true", WITHOUT_BOOTS_TIMERS })
	void eachCallIsMeasuredOnce(String property) {
		try (Service shop = Service.startWithoutWeb(ShopApplication.class, property)) {
			callAll(shop);
			assertThat(timed(shop, "timed.interface")).isOne();
			assertThat(timed(shop, "timed.class")).isOne();
			assertThat(counted(shop, "counted.interface")).isOne();
			assertThat(counted(shop, "counted.class")).isOne();
			assertThat(timed(shop, "reported.interface")).isOne();
			assertThat(counted(shop, "reported.interface.calls")).isOne();
			assertThat(timed(shop, "reported.class")).isOne();
			assertThat(counted(shop, "reported.class.calls")).isOne();
		}
	}

	@Test
	void eachCallHasOneEventAndOneSpan() {
		try (Service shop = Service.startWithoutWeb(ShopApplication.class)) {
			callAll(shop);
			for (String name : List.of("reported.interface", "reported.class", "published.interface",
					"published.class")) {
				assertThat(shop.messages(name)).as(name).hasSize(1);
			}
			for (String name : List.of("reported.interface", "reported.class", "traced.interface", "traced.class")) {
				assertThat(shop.spans().all()).as(name).filteredOn((span) -> span.name().equals(name)).hasSize(1);
			}
		}
	}

	private static void callAll(Service shop) {
		Orders orders = shop.bean(Orders.class);
		orders.timedByInterface();
		orders.timedByClass();
		orders.countedByInterface();
		orders.countedByClass();
		orders.reportedByInterface();
		orders.reportedByClass();
		orders.publishedByInterface();
		orders.publishedByClass();
		orders.tracedByInterface();
		orders.tracedByClass();
	}

	private static long timed(Service shop, String name) {
		return shop.bean(MeterRegistry.class).find(name).timers().stream().mapToLong(Timer::count).sum();
	}

	private static double counted(Service shop, String name) {
		return shop.bean(MeterRegistry.class).find(name).counters().stream().mapToDouble(Counter::count).sum();
	}

	record Order(@Id String id) {
	}

	interface OrderSearch {

		@Timed("timed.interface")
		void timedByInterface();

		void timedByClass();

		@Counted("counted.interface")
		void countedByInterface();

		void countedByClass();

		@Telemetry(name = "reported.interface", event = "reported.interface")
		void reportedByInterface();

		void reportedByClass();

		@PublishEvent("published.interface")
		void publishedByInterface();

		void publishedByClass();

		@Traced("traced.interface")
		void tracedByInterface();

		void tracedByClass();

	}

	static class OrderSearchImpl implements OrderSearch {

		@Override
		public void timedByInterface() {
		}

		@Override
		@Timed("timed.class")
		public void timedByClass() {
		}

		@Override
		public void countedByInterface() {
		}

		@Override
		@Counted("counted.class")
		public void countedByClass() {
		}

		@Override
		public void reportedByInterface() {
		}

		@Override
		@Telemetry(name = "reported.class", event = "reported.class")
		public void reportedByClass() {
		}

		@Override
		public void publishedByInterface() {
		}

		@Override
		@PublishEvent("published.class")
		public void publishedByClass() {
		}

		@Override
		public void tracedByInterface() {
		}

		@Override
		@Traced("traced.class")
		public void tracedByClass() {
		}

	}

	interface Orders extends KeyValueRepository<Order, String>, OrderSearch {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableMapRepositories(considerNestedRepositories = true,
			includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Orders.class))
	static class ShopApplication {

	}

}
