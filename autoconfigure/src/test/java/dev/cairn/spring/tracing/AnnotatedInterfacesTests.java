package dev.cairn.spring.tracing;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import dev.cairn.Message;
import dev.cairn.annotation.Bind;
import dev.cairn.annotation.EventField;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.Telemetry;
import dev.cairn.annotation.Traced;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.data.annotation.Id;
import org.springframework.data.keyvalue.repository.KeyValueRepository;
import org.springframework.data.map.repository.config.EnableMapRepositories;
import org.springframework.data.repository.CrudRepository;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Annotations on the methods of interfaces whose beans have no class of their own:
 * repositories of Spring Data, HTTP interfaces, proxies of the JDK and lambda
 * expressions.
 */
class AnnotatedInterfacesTests {

	private static RunningApplication application;

	private static List<String> warnings;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(Application.class, "management.tracing.sampling.probability=1",
				"cairn.requests.enabled=false");
		warnings = RunningApplication.warnings();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.forget();
		spans().clear();
	}

	private static RecordedSpans spans() {
		return application.bean(RecordedSpans.class);
	}

	private static MeterRegistry meters() {
		return application.bean(MeterRegistry.class);
	}

	private static String bound(Message message) {
		return String.valueOf(message.fields().get("context"));
	}

	@Test
	void theQueryOfARepositoryHasAllSignals() {
		Orders orders = application.bean(Orders.class);
		orders.save(new Order("o-1", "ann"));
		assertThat(orders.findByCustomer("ann")).hasSize(1);
		Message event = application.only("orders.found");
		assertThat(event.fields()).containsEntry("number", 1);
		assertThat(bound(event)).contains("customer=ann");
		SpanData span = spans().only("orders.by.customer");
		assertThat(RecordedSpans.tag(span, "number")).isEqualTo("1");
		assertThat(RecordedSpans.tag(span, "class")).isEqualTo(Orders.class.getName());
		assertThat(event.trace().spanId()).isEqualTo(span.getSpanId());
		assertThat(meters().get("orders.by.customer").timer().count()).isOne();
		assertThat(meters().get("orders.by.customer.calls").tag("result", "success").counter().count()).isOne();
	}

	@Test
	void aMethodThatARepositoryInheritsMayBeDeclaredAgain() {
		application.bean(Orders.class).save(new Order("o-2", "bob"));
		assertThat(application.only("orders.saved").fields()).containsEntry("id", "o-2");
		CrudRepository<Order, String> inherited = application.bean(Orders.class);
		inherited.save(new Order("o-3", "bob"));
		Awaitility.await().until(() -> application.messages("orders.saved").size() == 2);
	}

	@Test
	void theDefaultMethodOfARepositoryIsOneCall() {
		assertThat(application.bean(Orders.class).isKnown("zoe")).isFalse();
		assertThat(bound(application.only("orders.known"))).contains("who=zoe");
		spans().only("Orders.isKnown");
	}

	@Test
	void aCallOfAnHttpInterfaceIsAClientSpanWithinTheSpanOfItsMethod() {
		assertThat(application.bean(Stock.class).count("stone", "north")).isEqualTo(5);
		Message event = application.only("stock.counted");
		assertThat(event.fields()).containsEntry("items", 5);
		assertThat(bound(event)).contains("place=north");
		assertThat(spans().only("stock.count").getSpanId()).isEqualTo(event.trace().spanId());
	}

	@Test
	void theFailureOfAnHttpInterfaceIsOneIncident() {
		assertThatExceptionOfType(HttpServerErrorException.class)
			.isThrownBy(() -> application.bean(Stock.class).count("none", "south"));
		Awaitility.await()
			.until(() -> application.messages("exception")
				.stream()
				.anyMatch((message) -> bound(message).contains("place=south")));
		assertThat(application.messages("exception")).filteredOn((message) -> bound(message).contains("place=south"))
			.hasSize(1);
		assertThat(application.messages("stock.counted")).isEmpty();
		assertThat(meters().get("stock.count").tag("exception", "InternalServerError").timer().count()).isOne();
	}

	@Test
	void anAnnotatedHttpInterfaceHasNoMethodsOfSpringsProxy() {
		assertThat(application.bean(Suppliers.class).count("steel")).isEqualTo(5);
		assertThat(bound(application.only("supplier.asked"))).contains("product=steel");
	}

	@Test
	void anAnnotatedInterfaceReportsAllMethodsOfItsProxy() {
		Ledger ledger = application.bean(Ledger.class);
		ledger.credit("acc-1", 5);
		assertThat(bound(application.only("ledger.changed"))).contains("account=acc-1");
		application.forget();
		ledger.debit("acc-2", 7);
		assertThat(bound(application.only("ledger.changed"))).contains("account=acc-2");
		application.forget();
		ledger.open("acc-3");
		assertThat(bound(application.only("ledger.changed"))).contains("account=acc-3");
		assertThat(ledger.toString()).isNotEmpty();
		assertThat(ledger).isEqualTo(ledger);
		assertThat(meters().get("ledger").timers()).extracting((timer) -> timer.getId().getTag("method"))
			.containsExactlyInAnyOrder("credit", "debit", "open");
	}

	@Test
	void theFutureOfAProxyEndsItsCall() {
		Mailbox mailbox = application.bean(Mailbox.class);
		CompletableFuture<Integer> sent = mailbox.send("ann", "hello");
		assertThat(spans().all()).isEmpty();
		sent.complete(4);
		assertThat(application.only("mail.sent").fields()).containsEntry("number", 4);
		spans().only("mail");
		mailbox.send("bob", "hello").completeExceptionally(new IllegalStateException("full"));
		assertThat(bound(application.only("exception"))).contains("to=bob");
	}

	@Test
	void aProxyOfSeveralInterfacesObeysThoseOfEach() {
		application.bean(Opening.class).open(3);
		application.bean(Closing.class).close("late");
		assertThat(application.only("opened").fields()).containsEntry("door", 3);
		assertThat(bound(application.only("closed"))).contains("why=late");
		assertThat(RecordedSpans.tag(spans().only("closing"), "reason")).isEqualTo("late");
	}

	@Test
	void theMethodOfAGenericInterfaceMayBeDeclaredAgain() {
		OrderReader reader = application.bean(OrderReader.class);
		assertThat(reader.read("o-4")).isEqualTo("o-4");
		assertThat(application.only("order.read").fields()).containsEntry("id", "o-4");
		application.forget();
		Reader<String> general = reader;
		general.read("o-5");
		Message event = application.only("order.read");
		assertThat(event.fields()).containsEntry("id", "o-5");
		assertThat(bound(event)).contains("order=o-5");
		assertThat(meters().get("order.read").timer().count()).isEqualTo(2);
		assertThat(spans().named("order.read")).hasSize(2);
	}

	@Test
	void aLambdaExpressionHasTheNamesOfItsInterface() {
		assertThat(application.bean(Pricing.class).price(new Order("o-6", "ann"), 3)).isEqualTo(36);
		Message event = application.only("priced");
		assertThat(event.fields()).containsEntry("id", "o-6").containsEntry("total", 36L);
		assertThat(bound(event)).contains("customer=ann", "items=3");
		SpanData span = spans().only("Pricing.price");
		assertThat(RecordedSpans.tag(span, "class")).isEqualTo(Pricing.class.getName());
		assertThat(meters().get("method.timed").tag("method", "price").timer().count()).isPositive();
	}

	@Test
	void aMethodReferenceHasTheNamesOfItsInterface() {
		application.bean(Discount.class).of("ann");
		Message event = application.only("discount.of");
		assertThat(event.fields()).containsEntry("customer", "ann");
		assertThat(bound(event)).contains("who=ann");
		assertThat(RecordedSpans.tag(spans().only("Discount.of"), "who")).isEqualTo("ann");
	}

	@Test
	void aLambdaExpressionOfAnInterfaceThatInheritsItsMethodHasItsNames() {
		Checkout checkout = application.bean(Checkout.class);
		assertThatIllegalStateException().isThrownBy(() -> checkout.handle(new Order("o-7", "eve")));
		assertThat(bound(application.only("exception"))).contains("order=o-7");
	}

	@Test
	void aLambdaExpressionThatIsMadeLaterHasTheNamesOfItsInterface() {
		application.context().getBean("lazyPricing", Pricing.class).price(new Order("o-8", "ann"), 2);
		assertThat(application.only("priced").fields()).containsEntry("id", "o-8");
	}

	@Test
	void aLambdaExpressionOfAnInterfaceOfTheJdkIsAsBefore() {
		Function<?, ?> function = application.bean(Function.class);
		assertThat(function).isNotNull();
		assertThat(warnings).noneMatch((line) -> line.contains("Lambda") || line.contains("$Proxy"));
	}

	record Order(@Id String id, String customer) {
	}

	interface Orders extends KeyValueRepository<Order, String> {

		@Telemetry(name = "orders.by.customer", event = "orders.found", bind = "customer = #customer",
				tags = "number = #result.size")
		List<Order> findByCustomer(String customer);

		@Override
		@Telemetry(event = "orders.saved", tags = "id = #entity.id")
		<S extends Order> S save(S entity);

		@Telemetry(event = "orders.known", bind = "who = #customer")
		default boolean isKnown(String customer) {
			return !findAll().iterator().hasNext() && customer.isEmpty();
		}

	}

	@HttpExchange("/stock")
	interface Stock {

		@GetExchange("/{product}")
		@Telemetry(name = "stock.count", event = "stock.counted", tags = "items = #result")
		int count(@PathVariable("product") String product, @Bind @RequestParam("place") String place);

	}

	@HttpExchange("/stock")
	@Telemetry(name = "supplier", event = "supplier.asked", bind = "product = #product")
	interface Suppliers {

		@GetExchange("/{product}")
		int count(@PathVariable("product") String product);

	}

	@Telemetry(name = "ledger", event = "ledger.changed", bind = "account = #account")
	interface Ledger extends Accounts {

		void credit(String account, int amount);

		void debit(String account, int amount);

	}

	interface Accounts {

		void open(String account);

	}

	interface Mailbox {

		@Telemetry(name = "mail", event = "mail.sent", tags = "number = #result", bind = "to = #to")
		CompletableFuture<Integer> send(String to, String text);

	}

	interface Opening {

		@PublishEvent(value = "opened", fields = "door = #door")
		void open(int door);

	}

	interface Closing {

		@PublishEvent("closed")
		@Traced(value = "closing", tags = "reason = #reason")
		void close(@Bind("why") String reason);

	}

	interface Reader<T> {

		T read(T key);

	}

	interface OrderReader extends Reader<String> {

		@Override
		@Telemetry(name = "order.read", event = "order.read", tags = "id = #orderId")
		String read(@Bind("order") String orderId);

	}

	@FunctionalInterface
	interface Pricing {

		@Telemetry(event = "priced", tags = { "id = #order.id", "total = #result" },
				bind = "customer = #order.customer")
		long price(Order order, @Bind int items);

	}

	@FunctionalInterface
	interface Discount {

		@PublishEvent
		@Traced(tags = "who = #customer")
		int of(@EventField @Bind("who") String customer);

	}

	interface Handler<T> {

		@Telemetry(bind = "order = #order.id")
		void handle(T order);

	}

	@FunctionalInterface
	interface Checkout extends Handler<Order> {

	}

	@RestController
	static class StockController {

		@GetMapping("/stock/{product}")
		int count(@PathVariable("product") String product) {
			if ("none".equals(product)) {
				throw new IllegalStateException("no " + product);
			}
			return product.length();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableMapRepositories(considerNestedRepositories = true)
	static class Application {

		@Bean
		RecordedSpans recordedSpans() {
			return new RecordedSpans();
		}

		@Bean
		StockController stockController() {
			return new StockController();
		}

		/** Lazy, because the port of the server is known when it has started. */
		@Bean
		@Lazy
		Stock stock(Environment environment) {
			return client(environment, Stock.class);
		}

		@Bean
		@Lazy
		Suppliers suppliers(Environment environment) {
			return client(environment, Suppliers.class);
		}

		private static <T> T client(Environment environment, Class<T> type) {
			RestClient client = RestClient
				.create("http://127.0.0.1:" + environment.getRequiredProperty("local.server.port"));
			return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client)).build().createClient(type);
		}

		@Bean
		Ledger ledger() {
			return (Ledger) proxy((arguments) -> null, Ledger.class);
		}

		@Bean
		Mailbox mailbox() {
			return (Mailbox) proxy((arguments) -> new CompletableFuture<>(), Mailbox.class);
		}

		@Bean
		Opening doors() {
			return (Opening) proxy((arguments) -> null, Opening.class, Closing.class);
		}

		@Bean
		OrderReader orderReader() {
			return (OrderReader) proxy((arguments) -> arguments[0], OrderReader.class);
		}

		@Bean
		Pricing pricing() {
			return (order, items) -> 12L * items;
		}

		@Bean(autowireCandidate = false)
		@Lazy
		Pricing lazyPricing() {
			return (order, items) -> 10L * items;
		}

		@Bean
		Discount doubled() {
			return String::length;
		}

		@Bean
		Checkout checkout() {
			return (order) -> {
				throw new IllegalStateException("sold out");
			};
		}

		@Bean
		Function<String, Integer> function() {
			return String::length;
		}

		private static Object proxy(Function<Object[], @Nullable Object> answer, Class<?>... interfaces) {
			return Proxy.newProxyInstance(AnnotatedInterfacesTests.class.getClassLoader(), interfaces,
					(proxy, method, arguments) -> (method.getDeclaringClass() != Object.class) ? answer.apply(arguments)
							: method.invoke(answer, arguments));
		}

	}

}
