package dev.cairn.integration;

import java.util.List;

import dev.cairn.annotation.Telemetry;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.autoconfigure.metrics.DataRepositoryMetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.keyvalue.repository.KeyValueRepository;
import org.springframework.data.map.repository.config.EnableMapRepositories;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Timed @Timed} on repositories of Spring Data, which Boot times itself.
 */
class RepositoryTimersTests {

	@ParameterizedTest
	@ValueSource(
			strings = { "cairn.annotations.enabled=true", "cairn.annotations.enabled=false", "cairn.enabled=false" })
	void bootTimesThemAsWithoutCairn(String property) {
		try (Service shop = Service.startWithoutWeb(ShopApplication.class, property)) {
			callAll(shop);
			assertThat(timers(shop, "orders.query")).singleElement().satisfies((timer) -> {
				assertThat(timer.count()).isOne();
				assertThat(timer.getId().getTag("repository")).isEqualTo("Orders");
				assertThat(timer.getId().getTag("class")).isNull();
			});
			assertThat(timers(shop, "spring.data.repository.invocations"))
				.filteredOn((timer) -> "save".equals(timer.getId().getTag("method")))
				.singleElement()
				.satisfies((timer) -> assertThat(timer.getId().getTags()).extracting(Tag::getKey)
					.contains("repository", "method", "state", "exception"));
			assertThat(timers(shop, "stock")).allMatch((timer) -> "Stock".equals(timer.getId().getTag("repository")))
				.extracting(Timer::count)
				.containsExactlyInAnyOrder(1L, 1L);
			assertThat(shop.bean(MeterRegistry.class).find("method.timed").timers()).isEmpty();
		}
	}

	@Test
	void otherAnnotationsAndBeansAreMeasured() {
		try (Service shop = Service.startWithoutWeb(ShopApplication.class)) {
			callAll(shop);
			MeterRegistry meters = shop.bean(MeterRegistry.class);
			assertThat(meters.get("orders.counted").counter().count()).isOne();
			assertThat(meters.get("orders.telemetry").timer().count()).isOne();
			assertThat(meters.get("shelf").timer().count()).isOne();
			assertThat(meters.get("shelf").timer().getId().getTag("class")).isEqualTo(Shelf.class.getName());
		}
	}

	@Test
	void withoutBootsTimersTheyAreMeasured() {
		try (Service shop = Service.startWithoutWeb(ShopApplication.class,
				"spring.autoconfigure.exclude=" + DataRepositoryMetricsAutoConfiguration.class.getName())) {
			callAll(shop);
			assertThat(timers(shop, "orders.query")).singleElement().satisfies((timer) -> {
				assertThat(timer.count()).isOne();
				assertThat(timer.getId().getTag("method")).isEqualTo("findByCustomer");
				assertThat(timer.getId().getTag("class")).isEqualTo(Orders.class.getName());
			});
			assertThat(timers(shop, "stock")).extracting(Timer::count).containsExactlyInAnyOrder(1L, 1L);
		}
	}

	private static void callAll(Service shop) {
		Orders orders = shop.bean(Orders.class);
		orders.save(new Order("1", "ann"));
		assertThat(orders.findByCustomer("ann")).hasSize(1);
		assertThat(orders.countByCustomer("ann")).isOne();
		assertThat(orders.findByIdAndCustomer("1", "ann")).hasSize(1);
		shop.bean(Stock.class).save(new Item("2"));
		assertThat(shop.bean(Stock.class).findAll()).hasSize(1);
		shop.bean(Shelf.class).tidy();
	}

	private static List<Timer> timers(Service shop, String name) {
		return List.copyOf(shop.bean(MeterRegistry.class).find(name).timers());
	}

	record Order(@Id String id, String customer) {
	}

	record Item(@Id String id) {
	}

	interface Orders extends KeyValueRepository<Order, String> {

		@Timed("orders.query")
		List<Order> findByCustomer(String customer);

		@Counted("orders.counted")
		long countByCustomer(String customer);

		@Telemetry(name = "orders.telemetry")
		List<Order> findByIdAndCustomer(String id, String customer);

	}

	@Timed("stock")
	interface Stock extends KeyValueRepository<Item, String> {

	}

	static class Shelf {

		@Timed("shelf")
		void tidy() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableMapRepositories(considerNestedRepositories = true)
	static class ShopApplication {

		@Bean
		Shelf shelf() {
			return new Shelf();
		}

	}

}
