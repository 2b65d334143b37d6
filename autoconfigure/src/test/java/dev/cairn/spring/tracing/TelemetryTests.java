package dev.cairn.spring.tracing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.Telemetry;
import dev.cairn.annotation.Traced;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.LogCapture;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.aop.CountedAspect;
import io.micrometer.core.aop.TimedAspect;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AliasFor;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link Telemetry @Telemetry} on the beans of a running application with a tracer.
 */
class TelemetryTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(Application.class, "management.tracing.sampling.probability=1",
				"cairn.requests.enabled=false");
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

	private static Shop shop() {
		return application.bean(Shop.class);
	}

	@Test
	void aCallHasATimerACounterASpanAnEventAndBindings() {
		assertThat(shop().place(new Order("o-1", "ann"))).isEqualTo(7);
		assertThat(meters().get("order.place").tag("exception", "none").timer().count()).isOne();
		assertThat(meters().get("order.place.calls").tag("result", "success").counter().count()).isOne();
		SpanData span = spans().only("order.place");
		assertThat(RecordedSpans.tag(span, "number")).isEqualTo("7");
		assertThat(RecordedSpans.tag(span, "customer")).isEqualTo("ann");
		Message event = application.only("order.placed");
		assertThat(event.fields()).containsEntry("number", 7L);
		assertThat(event.fields().get("context")).asString().contains("customer=ann");
		assertThat(event.trace().spanId()).isEqualTo(span.getSpanId());
		assertThat(application.messages("exception")).isEmpty();
		assertThat(application.bean(Cairn.class).bindings()).isEmpty();
	}

	@Test
	void aFailureIsOneIncidentInTheSpanOfItsCall() {
		assertThatIllegalStateException().isThrownBy(() -> shop().fail("o-2")).withMessage("sold out");
		Message incident = application.only("exception");
		SpanData span = spans().only("order.fail");
		assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		assertThat(incident.trace().spanId()).isEqualTo(span.getSpanId());
		assertThat(incident.fields().get("context")).asString().contains("order=o-2");
		assertThat(meters().get("order.fail").tag("exception", "IllegalStateException").timer().count()).isOne();
		assertThat(meters().get("order.fail.calls").tag("result", "failure").counter().count()).isOne();
		assertThat(application.messages("order.failed")).isEmpty();
	}

	@Test
	void aFailureOfARequestIsOneIncident() {
		assertThat(application.get("/fail").statusCode()).isEqualTo(500);
		assertThat(application.only("exception").fields()).containsEntry("status", 500);
		assertThat(application.messages("exception")).hasSize(1);
	}

	@Test
	void theAnswerDecidesWhetherAnExceptionIsAFailure() {
		assertThat(application.get("/missing").statusCode()).isEqualTo(404);
		application.bean(Cairn.class).event("after").publish();
		application.only("after");
		assertThat(application.messages("exception")).isEmpty();
	}

	@Test
	void eachPartCanBeSwitchedOff() {
		assertThatIllegalStateException().isThrownBy(shop()::silent);
		application.bean(Cairn.class).event("after").publish();
		application.only("after");
		assertThat(application.messages()).hasSize(1);
		assertThat(meters().find("silent").meters()).isEmpty();
		assertThat(meters().find("silent.calls").meters()).isEmpty();
		assertThat(spans().all()).isEmpty();
	}

	@Test
	void theDefaultNamesAreThoseOfTheAnnotationsForOnePart() {
		shop().plain();
		assertThat(meters().get("method.timed").tag("method", "plain").timer().count()).isOne();
		assertThat(meters().get("method.counted").tag("method", "plain").counter().count()).isOne();
		spans().only("Shop.plain");
	}

	@Test
	void aFutureEndsItsCall() {
		CompletableFuture<Integer> future = new CompletableFuture<>();
		assertThat(shop().later("o-3", future)).isSameAs(future);
		assertThat(spans().all()).isEmpty();
		Thread foreign = new Thread(() -> future.completeExceptionally(new IllegalStateException("late")));
		foreign.start();
		Message incident = application.only("exception");
		assertThat(incident.trace().traceId()).isEqualTo(spans().only("order.later").getTraceId());
		assertThat(incident.fields().get("context")).asString().contains("order=o-3");
		Awaitility.await()
			.untilAsserted(() -> assertThat(
					meters().get("order.later").tag("exception", "IllegalStateException").timer().count())
				.isOne());
		shop().later("o-4", CompletableFuture.completedFuture(3));
		assertThat(application.only("order.done").fields()).containsEntry("number", 3);
	}

	@Test
	void aFutureThatIsCancelledIsNoFailure() {
		shop().later("o-5", new CompletableFuture<>()).cancel(true);
		application.bean(Cairn.class).event("after").publish();
		application.only("after");
		assertThat(application.messages("exception")).isEmpty();
	}

	@Test
	void eachSubscriptionIsACall() {
		Mono<Integer> mono = shop().mono(Mono.just(5));
		assertThat(application.messages()).isEmpty();
		mono.block();
		assertThat(application.only("order.emitted").fields()).containsEntry("number", 5);
		spans().only("order.mono");
		assertThatException().isThrownBy(() -> shop().mono(Mono.error(new IllegalStateException("no"))).block());
		assertThat(application.only("exception").trace().traceId())
			.isEqualTo(spans().named("order.mono").get(1).getTraceId());
	}

	@Test
	void aTeamMayHaveAnAnnotationOfItsOwn() {
		application.bean(Billing.class).charge("ann");
		assertThat(application.only("invoice.sent").fields()).containsEntry("team", "billing");
		assertThat(meters().get("usecase").tag("method", "charge").timer().count()).isOne();
		assertThat(meters().find("usecase.calls").counters()).isEmpty();
		spans().only("usecase");
	}

	@Test
	void anAnnotatedClassReportsItsPublicMethods() {
		Store store = application.bean(Store.class);
		store.open();
		store.close();
		store.internal();
		assertThat(store.toString()).isNotEmpty();
		assertThat(spans().all()).extracting(SpanData::getName).containsExactly("store", "shut");
		assertThat(meters().find("store").timers()).hasSize(1);
		assertThat(meters().find("shut").timers()).isEmpty();
	}

	@Test
	void otherAnnotationsAddWhatHasAnotherName() {
		shop().twice();
		assertThat(spans().only("inner").getParentSpanId()).isEqualTo(spans().only("twice").getSpanId());
		assertThat(meters().get("twice").timer().count()).isOne();
		assertThat(meters().get("twice.calls").counter().count()).isOne();
		assertThat(meters().get("twice.counted").counter().count()).isOne();
		assertThat(application.messages()).extracting(Message::type).containsExactlyInAnyOrder("twice.a", "twice.b");
	}

	@Test
	void aSlowCallIsLoggedWithWhatIsBound() {
		try (LogCapture log = new LogCapture("dev.cairn.slow")) {
			shop().slow(() -> "o-6");
			assertThat(log.events()).singleElement()
				.satisfies(
						(event) -> assertThat(event.getFormattedMessage()).contains("order.slow took", "limit of 0 ms"))
				.satisfies((event) -> assertThat(event.getMDCPropertyMap()).containsEntry("kind", "slow"));
			shop().plain();
			assertThat(log.events()).hasSize(1);
		}
	}

	@Test
	void aRequestHandlerHasNoTimerOfItsOwn() {
		assertThat(application.get("/handled").statusCode()).isEqualTo(200);
		assertThat(meters().find("handled").timers()).isEmpty();
		assertThat(meters().get("handled.calls").counter().count()).isOne();
		spans().only("handled");
	}

	@Test
	void theAspectsOfAnApplicationMeasureTheirAnnotationsOnly() {
		try (RunningApplication own = RunningApplication.startWithoutWeb(OwnAspects.class)) {
			own.bean(Shop.class).twice();
			MeterRegistry registry = own.bean(MeterRegistry.class);
			assertThat(registry.get("twice").timer().count()).isOne();
			assertThat(registry.get("twice.calls").counter().count()).isOne();
			assertThat(registry.get("twice.counted").counter().count()).isOne();
		}
	}

	@Test
	void whatCannotBeInterceptedIsLoggedOnce() {
		try (RunningApplication obstructed = RunningApplication.startWithoutWeb(ObstructedApplication.class)) {
			assertThat(obstructed.bean(FinalShop.class).pay("x")).isEqualTo("paid");
			assertThat(RunningApplication.warnings())
				.filteredOn((line) -> line.contains("Obstructed") || line.contains("FinalShop"))
				.hasSize(5)
				.anySatisfy((line) -> assertThat(line).contains("@Telemetry has no effect on ")
					.containsPattern("FinalShop#(pay|refund)\\(String\\), because .* is final"))
				.anySatisfy((line) -> assertThat(line).contains("#hidden(), because it is private or static"))
				.anySatisfy((line) -> assertThat(line).contains("#shared(), because it is private or static"))
				.anySatisfy((line) -> assertThat(line).contains("#overloaded(int), because it is private or static"))
				.anySatisfy(
						(line) -> assertThat(line).contains("#overloaded(String), because it is private or static"));
		}
	}

	@Test
	void anAnnotationWithoutEffectBesideAnotherOneIsLoggedOnce() {
		try (RunningApplication several = RunningApplication.startWithoutWeb(SeveralApplication.class)) {
			several.context().getBean("desk", Desk.class).ask();
			assertThat(several.messages()).extracting(Message::type).containsExactly("asked");
			assertThat(RunningApplication.warnings())
				.filteredOn((line) -> line.contains("is or contains @Telemetry as well"))
				.hasSize(3)
				.anySatisfy((line) -> assertThat(line).contains("@Audited on " + Desk.class.getName()
						+ "#ask() has no effect, because @UseCase is or contains"))
				.anySatisfy((line) -> assertThat(line).contains("@UseCase on " + Desk.class.getName() + "#answer(",
						"because @Telemetry is or"))
				.anySatisfy((line) -> assertThat(line).contains("@Audited on " + Hall.class.getName() + " has no"));
		}
	}

	@Test
	void aBeanWithoutAProxyIsLoggedOnce() {
		try (RunningApplication unproxied = RunningApplication.startWithoutWeb(Application.class,
				"spring.aop.auto=false")) {
			assertThat(AopUtils.isAopProxy(unproxied.bean(Shop.class))).isFalse();
			assertThat(RunningApplication.warnings()).filteredOn((line) -> line.contains(Shop.class.getName() + ")"))
				.singleElement()
				.satisfies(
						(line) -> assertThat(line).contains("@Telemetry has no effect on the bean", "spring.aop.auto"));
		}
	}

	@Test
	void withoutCairnItHasNoEffect() {
		try (RunningApplication off = RunningApplication.startWithoutWeb(Application.class, "cairn.enabled=false")) {
			assertThat(off.bean(Shop.class).place(new Order("o-1", "ann"))).isEqualTo(7);
			assertThat(AopUtils.isAopProxy(off.bean(Shop.class))).isFalse();
		}
	}

	record Order(String id, String customer) {
	}

	@ResponseStatus(HttpStatus.NOT_FOUND)
	static class NotFoundException extends RuntimeException {

	}

	@Telemetry(name = "usecase", counted = false)
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@interface UseCase {

		@AliasFor(annotation = Telemetry.class, attribute = "event")
		String publishes();

		@AliasFor(annotation = Telemetry.class, attribute = "tags")
		String[] tags() default "team = 'billing'";

	}

	@Telemetry(name = "audited")
	@Retention(RetentionPolicy.RUNTIME)
	@interface Audited {

	}

	/** Replaces the annotation that its own annotation contains. */
	@Audited
	@Telemetry(name = "strict")
	@Retention(RetentionPolicy.RUNTIME)
	@interface StrictlyAudited {

	}

	interface Questions {

		@Audited
		void decline();

	}

	static class Desk implements Questions {

		@UseCase(publishes = "asked")
		@Audited
		void ask() {
		}

		@UseCase(publishes = "answered")
		@Telemetry(name = "answer")
		void answer(String text) {
		}

		@StrictlyAudited
		void strict() {
		}

		@Override
		@UseCase(publishes = "declined")
		public void decline() {
		}

	}

	@Telemetry(name = "hall")
	@Audited
	public static class Hall {

		public void enter() {
		}

		public void leave() {
		}

		@UseCase(publishes = "swept")
		public void sweep() {
		}

	}

	static class Shop {

		@Telemetry(name = "order.place", event = "order.placed", bind = "customer = #order.customer",
				tags = "number = #result")
		long place(Order order) {
			return 7;
		}

		@Telemetry(name = "order.fail", event = "order.failed", bind = "order = #a0")
		void fail(String id) {
			throw new IllegalStateException("sold out");
		}

		@Telemetry(name = "order.missing")
		void missing() {
			throw new NotFoundException();
		}

		@Telemetry(name = "silent", timed = false, counted = false, traced = false, error = false)
		void silent() {
			throw new IllegalStateException("nobody hears this");
		}

		@Telemetry
		void plain() {
		}

		@Telemetry(name = "order.later", event = "order.done", bind = "order = #id", tags = "number = #result")
		CompletableFuture<Integer> later(String id, CompletableFuture<Integer> future) {
			return future;
		}

		@Telemetry(name = "order.mono", event = "order.emitted", tags = "number = #result")
		Mono<Integer> mono(Mono<Integer> mono) {
			return mono;
		}

		@Telemetry(name = "twice", event = "twice.a")
		@Timed("twice")
		@Counted("twice.counted")
		@Traced("inner")
		@PublishEvent("twice.b")
		void twice() {
		}

		@Telemetry(name = "order.slow", bind = "kind = #method", slow = "1ns")
		String slow(Supplier<String> work) {
			return work.get();
		}

	}

	static class Billing {

		@UseCase(publishes = "invoice.sent")
		void charge(String customer) {
		}

	}

	@Telemetry(name = "store")
	public static class Store {

		public void open() {
		}

		@Telemetry(name = "shut", timed = false)
		public void close() {
		}

		void internal() {
		}

	}

	@RestController
	static class ShopController {

		private final Shop shop;

		ShopController(Shop shop) {
			this.shop = shop;
		}

		@GetMapping("/fail")
		@Telemetry(name = "request.fail")
		void fail() {
			this.shop.fail("o-9");
		}

		@GetMapping("/missing")
		void missing() {
			this.shop.missing();
		}

		@GetMapping("/handled")
		@Telemetry(name = "handled")
		String handled() {
			return "handled";
		}

	}

	@Telemetry(event = "paid", bind = "what = #what", slow = "1s")
	public static final class FinalShop {

		public String pay(String what) {
			return "paid";
		}

		public String refund(String what) {
			return "refunded";
		}

	}

	static class ObstructedShop {

		@Telemetry(event = "hidden", bind = "what = #method")
		private void hidden() {
		}

		@Telemetry
		static void shared() {
		}

		@Telemetry
		private void overloaded(int number) {
		}

		@Telemetry
		private void overloaded(String text) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		RecordedSpans recordedSpans() {
			return new RecordedSpans();
		}

		@Bean
		Shop shop() {
			return new Shop();
		}

		@Bean
		Billing billing() {
			return new Billing();
		}

		@Bean
		Store store() {
			return new Store();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Beans.class, ShopController.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Beans.class)
	static class OwnAspects {

		@Bean
		TimedAspect timedAspect(MeterRegistry registry) {
			return new TimedAspect(registry);
		}

		@Bean
		CountedAspect countedAspect(MeterRegistry registry) {
			return new CountedAspect(registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class SeveralApplication {

		@Bean
		Desk desk() {
			return new Desk();
		}

		@Bean
		Desk otherDesk() {
			return new Desk();
		}

		@Bean
		Hall hall() {
			return new Hall();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ObstructedApplication {

		@Bean
		FinalShop finalShop() {
			return new FinalShop();
		}

		@Bean
		ObstructedShop obstructedShop() {
			return new ObstructedShop();
		}

	}

}
