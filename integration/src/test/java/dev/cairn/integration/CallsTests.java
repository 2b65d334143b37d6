package dev.cairn.integration;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import brave.Span.Kind;
import brave.handler.MutableSpan;
import dev.cairn.Cairn;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.annotation.Id;
import org.springframework.data.map.repository.config.EnableMapRepositories;
import org.springframework.data.repository.CrudRepository;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the spans of Spring Cache, Spring Data and R2DBC.
 */
class CallsTests {

	private static Service shop;

	@BeforeAll
	static void start() {
		shop = Service.start(ShopApplication.class, Switched.and("cairn.tracing.instrument=all"));
	}

	@AfterAll
	static void stop() {
		shop.close();
	}

	@BeforeEach
	void forget() {
		shop.forget();
		Objects.requireNonNull(shop.bean(CacheManager.class).getCache("prices")).clear();
	}

	@Test
	void aStatementOfR2dbcIsASpanOfTheRequestWithItsBoundValues() throws Exception {
		assertThat(shop.get("/stock?customer=ann").body()).isEqualTo("7");
		MutableSpan statement = shop.spans().only(Kind.CLIENT);
		assertThat(statement.parentId()).isEqualTo(shop.spans().only("http get /stock").id());
		assertThat(statement.tag("customer")).isEqualTo("ann");
		assertThat(statement.toString()).doesNotContain("s3cret");
	}

	@Test
	void operationsOfACacheAreSpans() throws Exception {
		assertThat(shop.get("/price").body()).isEqualTo("12");
		MutableSpan request = shop.spans().only("http get /price");
		assertThat(shop.spans().only("cache get")).satisfies((span) -> {
			assertThat(span.parentId()).isEqualTo(request.id());
			assertThat(span.tag("cache")).isEqualTo("prices");
			assertThat(span.tag("hit")).isEqualTo("false");
		});
		assertThat(shop.spans().only("cache put").parentId()).isEqualTo(request.id());
		shop.spans().clear();
		assertThat(shop.get("/price").body()).isEqualTo("12");
		assertThat(shop.spans().only("cache get").tag("hit")).isEqualTo("true");
		assertThat(shop.spans().all()).noneMatch((span) -> "cache put".equals(span.name()));
		shop.get("/price/changed");
		assertThat(shop.spans().only("cache evict").error()).isNull();
	}

	@Test
	void aValueThatIsLoadedByOneThreadIsASpan() throws Exception {
		shop.get("/price/synchronized");
		assertThat(shop.spans().only("cache load").tag("cache")).isEqualTo("prices");
	}

	@Test
	void theFailureOfALoaderIsThatOfTheSpan() {
		assertThatIllegalStateException().isThrownBy(() -> shop.bean(Prices.class).missing("Stone"));
		assertThat(shop.spans().only("cache load").error()).isInstanceOf(IllegalStateException.class);
	}

	@Test
	void anAsynchronousCacheMayFindNothing() {
		Prices prices = shop.bean(Prices.class);
		assertThat(prices.later("Stone").join()).isEqualTo(5);
		assertThat(shop.spans().only("cache get").tag("hit")).isEqualTo("false");
		shop.spans().clear();
		assertThat(prices.later("Stone").join()).isEqualTo(5);
		assertThat(shop.spans().only("cache get").tag("hit")).isEqualTo("true");
	}

	@Test
	void callsOfARepositoryAreSpans() throws Exception {
		shop.get("/orders");
		MutableSpan request = shop.spans().only("http get /orders");
		assertThat(shop.spans().only("Orders.save").parentId()).isEqualTo(request.id());
		MutableSpan find = shop.spans().only("Orders.findByCustomer");
		assertThat(find.parentId()).isEqualTo(request.id());
		assertThat(find.tag("class")).isEqualTo(Orders.class.getName());
	}

	@ParameterizedTest
	@CsvSource({ "r2dbc, query, /stock?customer=ann", "cache, cache get, /price", "data, Orders.save, /orders" })
	void aSwitchTurnsThemOffUntilItReverts(String name, String span, String path) throws Exception {
		new Switched(shop).assertSwitched(name, (each) -> span.equals(each.name()), () -> {
			Awaitility.await().until(() -> shop.spans().all().stream().noneMatch(CallsTests::isServer));
			assertThat(shop.get(path).statusCode()).isEqualTo(200);
			Awaitility.await().until(() -> shop.spans().all().stream().anyMatch(CallsTests::isServer));
		});
	}

	private static boolean isServer(MutableSpan span) {
		return span.kind() == Kind.SERVER;
	}

	@Test
	void withoutTheirNamesThereAreNoSpans() throws Exception {
		try (Service other = Service.start(ShopApplication.class, "cairn.tracing.instrument=http")) {
			assertThat(other.get("/price").body()).isEqualTo("12");
			other.get("/orders");
			other.spans().only("http get /orders");
			assertThat(other.spans().all()).extracting(MutableSpan::name)
				.containsExactlyInAnyOrder("http get /price", "http get /orders");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableCaching
	@EnableMapRepositories(considerNestedRepositories = true)
	@Import({ ShopController.class, Prices.class })
	static class ShopApplication {

		@Bean
		CacheManager caches() {
			return new ConcurrentMapCacheManager() {

				@Override
				protected Cache createConcurrentMapCache(String name) {
					return new LateCache(name);
				}

			};
		}

	}

	/** Knows only later whether there is a value, as remote caches do. */
	static class LateCache extends ConcurrentMapCache {

		LateCache(String name) {
			super(name);
		}

		@Override
		public CompletableFuture<?> retrieve(Object key) {
			return CompletableFuture.completedFuture(get(key));
		}

	}

	static class Prices {

		@Cacheable("later")
		CompletableFuture<Integer> later(String product) {
			return CompletableFuture.completedFuture(product.length());
		}

		@Cacheable(cacheNames = "prices", sync = true)
		int missing(String product) {
			throw new IllegalStateException(product);
		}

		@Cacheable("prices")
		int price(String product) {
			return product.length();
		}

		@Cacheable(cacheNames = "prices", sync = true)
		int loaded(String product) {
			return product.length();
		}

		@CacheEvict("prices")
		void changed(String product) {
		}

	}

	record Order(@Id String id, String customer) {
	}

	interface Orders extends CrudRepository<Order, String> {

		List<Order> findByCustomer(String customer);

	}

	@RestController
	static class ShopController {

		private final Cairn cairn;

		private final DatabaseClient database;

		private final Prices prices;

		private final Orders orders;

		ShopController(Cairn cairn, DatabaseClient database, Prices prices, Orders orders) {
			this.cairn = cairn;
			this.database = database;
			this.prices = prices;
			this.orders = orders;
		}

		@GetMapping("/stock")
		Mono<String> stock(String customer) {
			this.cairn.bind("customer", customer);
			return this.database.sql("SELECT 7 AS stock WHERE LENGTH(:key) = 6")
				.bind("key", "s3cret")
				.map((row) -> String.valueOf(row.get("stock")))
				.one();
		}

		@GetMapping("/price")
		int price() {
			return this.prices.price("Stone, large");
		}

		@GetMapping("/price/synchronized")
		int loaded() {
			return this.prices.loaded("Stone, small");
		}

		@GetMapping("/price/changed")
		void changed() {
			this.prices.changed("Stone, large");
		}

		@GetMapping("/orders")
		@Nullable String orders() {
			this.orders.save(new Order("1", "ann"));
			return this.orders.findByCustomer("ann").stream().findFirst().map(Order::id).orElse(null);
		}

	}

}
