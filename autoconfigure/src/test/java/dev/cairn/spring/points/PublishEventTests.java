package dev.cairn.spring.points;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.annotation.EventField;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.PublishEvent.On;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code @PublishEvent} on the beans of a running application.
 */
class PublishEventTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithoutWeb(Application.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.bean(MemorySink.class).clear();
	}

	@Test
	void aCallIsPublishedWithItsArgumentsAndItsResult() {
		Order order = shop().place(new Basket("ann", List.of("tea", "milk")), 3);
		assertThat(order.id()).isEqualTo(7);
		Message message = only("order.placed");
		assertThat(message.fields()).containsOnlyKeys("customer", "items", "quantity", "total", "order_id", "took",
				"how", "first");
		assertThat(message.fields()).containsEntry("customer", "ann")
			.containsEntry("items", 2)
			.containsEntry("quantity", 3)
			.containsEntry("total", 30.0)
			.containsEntry("order_id", 7L)
			.containsEntry("how", "place")
			.containsEntry("first", "tea");
		assertThat((Double) message.fields().get("took")).isBetween(0.0, 10_000.0);
		assertThat(message.category()).isEqualTo(Category.BEHAVIOUR);
		assertThat(message.severity()).isEqualTo(Severity.NOTICE);
	}

	@Test
	void aTypeIsMadeOfTheNamesOfClassAndMethod() {
		shop().emptyBasket();
		assertThat(only("shop.empty_basket").fields()).isEmpty();
	}

	@Test
	void anExceptionIsPublishedOnlyIfSelectedAndPassesUnchanged() {
		assertThatExceptionOfType(SoldOutException.class).isThrownBy(() -> shop().fail(null, "tea"))
			.isSameAs(shop().thrown());
		assertThat(application.messages()).extracting(Message::type).containsExactly("order.failed");
		assertThat(only("order.failed").fields()).isEqualTo(Map.of("error_type", SoldOutException.class.getName(),
				"why", "no tea", "name", SoldOutException.class.getName(), "product", "tea"));
	}

	@Test
	void eitherEndIsPublishedWithItsValues() {
		shop().either(false);
		assertThat(only("order.tried").fields()).isEqualTo(Map.of("total", 5.0));
		forget();
		assertThatExceptionOfType(SoldOutException.class).isThrownBy(() -> shop().either(true));
		assertThat(only("order.tried").fields())
			.isEqualTo(Map.of("error_type", SoldOutException.class.getName(), "why", "no luck"));
		assertThat(report(application, "either").failed()).as("not a failure").isZero();
	}

	@Test
	void severalEventsOfAMethodAreAllPublished() {
		shop().twice("x");
		assertThat(application.messages()).extracting(Message::type).containsExactly("twice.a", "twice.b");
		assertThat(application.bean(Points.class).report()).extracting(Points.Report::name)
			.contains(Shop.class.getName() + "#twice(String)[1]", Shop.class.getName() + "#twice(String)[2]");
	}

	@Test
	void anAnnotationMayBeAnnotated() {
		shop().composed();
		assertThat(only("composed").category()).isEqualTo(Category.QUALITY);
	}

	@Test
	void overloadedMethodsAreDistinguished() {
		shop().over(1);
		shop().over("one");
		shop().over(1, 2);
		assertThat(application.messages()).extracting(Message::type).containsExactly("over.number", "over.text");
	}

	@Test
	void aConditionDecides() {
		shop().conditional(5);
		shop().conditional(50);
		assertThat(only("conditional").fields()).containsEntry("amount", 50);
	}

	@Test
	void argumentsAreAsTheyAreAtTheEndOfTheCall() {
		List<String> items = new ArrayList<>(List.of("tea"));
		shop().change(items);
		assertThat(only("changed").fields()).containsEntry("items", List.of("tea", "milk"));
	}

	@Test
	void theAnnotationOfAnInterfaceCountsAlsoThroughAProxyOfInterfaces() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(Application.class,
				"spring.aop.proxy-target-class=false")) {
			assertThat(AopUtils.isJdkDynamicProxy(other.bean(Priced.class))).isTrue();
			other.bean(Priced.class).price("tea");
			assertThat(other.messages("priced")).singleElement()
				.satisfies((message) -> assertThat(message.fields()).containsEntry("product", "tea")
					.containsEntry("price", 3));
		}
		application.bean(Priced.class).price("milk");
		assertThat(only("priced").fields()).containsEntry("product", "milk");
	}

	@Test
	void aBeanWithoutEventsHasNoProxy() {
		assertThat(AopUtils.isAopProxy(application.bean(Plain.class))).isFalse();
	}

	@Test
	void aFutureIsPublishedWhenItIsComplete() {
		CompletableFuture<Order> mine = new CompletableFuture<>();
		assertThat(shop().later(mine)).isSameAs(mine);
		assertThat(application.messages()).isEmpty();
		mine.complete(new Order(9, 1));
		assertThat(only("order.later").fields()).containsEntry("order_id", 9L);
		forget();
		shop().later(CompletableFuture.supplyAsync(() -> {
			throw new SoldOutException("later");
		}));
		RunningApplication.await(() -> !application.messages().isEmpty());
		assertThat(only("order.later").fields()).as("and not that of the wrapper")
			.isEqualTo(Map.of("error_type", SoldOutException.class.getName()));
	}

	@Test
	void aMonoIsPublishedForEverySubscription() {
		Mono<Order> mono = shop().mono();
		assertThat(application.messages()).isEmpty();
		mono.block();
		mono.block();
		assertThat(application.messages("order.mono")).hasSize(2)
			.allSatisfy((message) -> assertThat(message.fields()).containsEntry("order_id", 4L));
	}

	@Test
	void aCancelledSubscriptionIsNotPublished() {
		shop().never().toFuture().cancel(true);
		assertThat(application.messages()).isEmpty();
		assertThat(shop().flux().collectList().block()).hasSize(2);
		assertThat(only("order.flux").fields()).containsEntry("result", null);
	}

	@Test
	void theEventFollowsTheCommit() {
		Ledger ledger = application.bean(Ledger.class);
		ledger.book();
		assertThat(only("booked").fields()).containsEntry("commits", 1);
		forget();
		assertThatExceptionOfType(SoldOutException.class).isThrownBy(ledger::fail);
		assertThat(application.messages()).as("rolled back").isEmpty();
	}

	@Test
	void aGetterThatThrowsIsLeftOutCountedAndLoggedOnce() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(Application.class)) {
			Broken broken = new Broken();
			assertThat(other.bean(Shop.class).broken(broken)).isSameAs(broken);
			assertThat(other.bean(Shop.class).broken(broken)).isSameAs(broken);
			assertThat(other.messages("broken")).hasSize(2)
				.allSatisfy((message) -> assertThat(message.fields()).containsOnlyKeys("fine"));
			assertThat(report(other, "broken").failed()).isEqualTo(4);
			assertThat(RunningApplication.logEvents()).extracting(ILoggingEvent::getFormattedMessage)
				.filteredOn((line) -> line.contains("the field value"))
				.hasSize(1)
				.allSatisfy((line) -> assertThat(line).doesNotContain("hunter2"));
		}
	}

	@Test
	void aConditionThatCannotBeEvaluatedIsNotMet() {
		shop().brokenCondition(new Broken());
		assertThat(application.messages()).isEmpty();
		assertThat(report(application, "brokenCondition").failed()).isOne();
	}

	@Test
	void aGetterThatIsPublishedItselfIsNotReported() {
		shop().reentrant(shop());
		assertThat(application.messages()).extracting(Message::type).containsExactly("reentrant");
		assertThat(only("reentrant").fields()).containsEntry("self", "again");
	}

	@Test
	void rateZeroEvaluatesNothing() {
		Counting counting = new Counting();
		shop().off(counting);
		assertThat(counting.reads).isZero();
		assertThat(application.messages()).isEmpty();
	}

	@Test
	void whatIsSampledOutEvaluatesNothing() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(Application.class,
				"cairn.sampling.rules[0].name=counted", "cairn.sampling.rules[0].rate=0")) {
			Counting counting = new Counting();
			other.bean(Shop.class).counted(counting);
			assertThat(counting.reads).isZero();
			assertThat(other.ledger().channel("memory").balance().sampledOut()).isOne();
		}
		Counting counting = new Counting();
		shop().counted(counting);
		assertThat(counting.reads).isOne();
	}

	@Test
	void aPrivateMethodIsLogged() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(HiddenApplication.class)) {
			assertThat(RunningApplication.logEvents()).extracting(ILoggingEvent::getFormattedMessage)
				.anyMatch((line) -> line.contains("Hidden#hide() cannot be published"));
		}
	}

	@Test
	void nothingIsPublishedWhenSwitchedOff() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(Application.class,
				"cairn.events.enabled=false")) {
			other.bean(Shop.class).emptyBasket();
			assertThat(other.messages()).isEmpty();
			assertThat(other.bean(Points.class).report()).isEmpty();
		}
	}

	private static Shop shop() {
		return application.bean(Shop.class);
	}

	private static Message only(String type) {
		List<Message> messages = application.messages(type);
		assertThat(messages).hasSize(1);
		return messages.get(0);
	}

	private static Points.Report report(RunningApplication application, String method) {
		return application.bean(Points.class)
			.report()
			.stream()
			.filter((point) -> point.name().contains("#" + method + "("))
			.findFirst()
			.orElseThrow();
	}

	record Basket(String customer, List<String> items) {
	}

	record Order(long id, double total) {
	}

	static class SoldOutException extends RuntimeException {

		SoldOutException(String message) {
			super(message);
		}

	}

	public static class Broken {

		public String getValue() {
			throw new IllegalStateException("password=hunter2");
		}

		public String getFine() {
			return "fine";
		}

	}

	public static class Counting {

		private int reads;

		public int getRead() {
			return ++this.reads;
		}

	}

	@PublishEvent(value = "", category = Category.QUALITY)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Announced {

		@AliasFor(annotation = PublishEvent.class, attribute = "value")
		String name();

	}

	public static class Shop {

		private SoldOutException thrown;

		@PublishEvent(value = "order.placed", category = Category.BEHAVIOUR, severity = Severity.NOTICE,
				fields = { "customer=#basket.customer", "items = #a0.items.size", "total = #result.total * #p1",
						"order_id = #result.id", "took=#duration_ms", "how=#method", "first=#basket.items[0]" })
		Order place(Basket basket, @EventField int quantity) {
			return new Order(7, 10);
		}

		@PublishEvent
		void emptyBasket() {
		}

		@PublishEvent("order.never")
		@PublishEvent(value = "order.failed", on = On.THROW, fields = { "why=#exception.message", "name=#error_type" })
		void fail(Object unused, @EventField("product") String name) {
			this.thrown = new SoldOutException("no " + name);
			throw this.thrown;
		}

		SoldOutException thrown() {
			return this.thrown;
		}

		@PublishEvent(value = "order.tried", on = On.BOTH, fields = { "total=#result.total", "why=#exception.message" })
		Order either(boolean fails) {
			if (fails) {
				throw new SoldOutException("no luck");
			}
			return new Order(1, 5);
		}

		@PublishEvent("twice.a")
		@PublishEvent("twice.b")
		void twice(String name) {
		}

		@Announced(name = "composed")
		void composed() {
		}

		@PublishEvent("over.number")
		void over(int number) {
		}

		@PublishEvent("over.text")
		void over(String text) {
		}

		void over(int one, int other) {
		}

		@PublishEvent(value = "conditional", condition = "#amount > 10", fields = "amount=#amount")
		void conditional(int amount) {
		}

		@PublishEvent(value = "changed", fields = "items=#items")
		void change(List<String> items) {
			items.add("milk");
		}

		@PublishEvent(value = "order.later", on = On.BOTH, fields = "order_id=#result.id")
		CompletableFuture<Order> later(CompletableFuture<Order> future) {
			return future;
		}

		@PublishEvent(value = "order.mono", fields = "order_id=#result.id")
		Mono<Order> mono() {
			return Mono.just(new Order(4, 1));
		}

		@PublishEvent("order.never")
		Mono<Order> never() {
			return Mono.never();
		}

		@PublishEvent(value = "order.flux", fields = "result=#result")
		Flux<String> flux() {
			return Flux.just("a", "b");
		}

		@PublishEvent(value = "broken", fields = { "value=#broken.value", "fine=#result.fine", "none=#broken.none" })
		Broken broken(Broken broken) {
			return broken;
		}

		@PublishEvent(value = "broken.condition", condition = "#broken.value == 'x'")
		void brokenCondition(Broken broken) {
		}

		@PublishEvent("again")
		public String getAgain() {
			return "again";
		}

		@PublishEvent(value = "reentrant", fields = "self=#shop.again")
		void reentrant(Shop shop) {
		}

		@PublishEvent(value = "off", rate = 0, condition = "#counting.read > 0", fields = "read=#counting.read")
		void off(Counting counting) {
		}

		@PublishEvent(value = "counted", fields = "read=#counting.read")
		void counted(Counting counting) {
		}

	}

	interface Priced {

		@PublishEvent(value = "priced", fields = { "product=#product", "price=#result" })
		int price(String product);

	}

	static class Prices implements Priced {

		@Override
		public int price(String product) {
			return 3;
		}

	}

	static class Plain {

		void nothing() {
		}

	}

	public static class Ledger {

		private final Transactions transactions;

		Ledger(Transactions transactions) {
			this.transactions = transactions;
		}

		public Transactions getTransactions() {
			return this.transactions;
		}

		@Transactional
		@PublishEvent(value = "booked", fields = "commits=#target.transactions.commits")
		void book() {
		}

		@Transactional
		@PublishEvent("booked")
		void fail() {
			throw new SoldOutException("fails");
		}

	}

	public static class Transactions extends AbstractPlatformTransactionManager {

		private int commits;

		public int getCommits() {
			return this.commits;
		}

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.commits++;
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

	static class Hidden {

		@PublishEvent("hidden")
		private void hide() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class HiddenApplication {

		@Bean
		Hidden hidden() {
			return new Hidden();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableTransactionManagement(proxyTargetClass = false)
	static class Application {

		@Bean
		Shop shop() {
			return new Shop();
		}

		@Bean
		Priced priced() {
			return new Prices();
		}

		@Bean
		Plain plain() {
			return new Plain();
		}

		@Bean
		Ledger bookkeeping(Transactions transactions) {
			return new Ledger(transactions);
		}

		@Bean
		Transactions transactions() {
			return new Transactions();
		}

	}

}
