package dev.cairn.spring.points;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.engine.Settings;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@code cairn.points} of a running application, whose code does not refer to them.
 */
class ConfiguredPointsTests {

	private static final String POINT = "cairn.points.order-placed.";

	@ParameterizedTest
	@ValueSource(strings = { "method=orderService#place", "method=OrderService#place",
			"method=dev.cairn.spring.points.ConfiguredPointsTests$OrderService#place",
			"method=OrderService#place(String,int)", "method=OrderService#place(java.lang.String, int)",
			"method=order*#pl*(String,int)", "method=Places#place", "pointcut=execution(* *..OrderService.place(..))",
			"pointcut=bean(orderService) && execution(* place(..))" })
	void aMethodIsMeantByBeanOrClassOrPointcut(String method) {
		try (RunningApplication application = start(POINT + method, POINT + "fields.product=#product",
				POINT + "fields.order_id=#result.id", "cairn.incidents.application-packages=dev.cairn.spring.points")) {
			application.bean(OrderService.class).place("tea", 3);
			application.bean(OrderService.class).other("tea");
			assertThat(application.messages("order-placed")).singleElement()
				.satisfies(
						(message) -> assertThat(message.fields()).isEqualTo(Map.of("product", "tea", "order_id", 3L)));
		}
	}

	@Test
	void aNameWithADotIsInBrackets() {
		try (RunningApplication application = start("cairn.points[order.placed].method=orderService#place")) {
			application.bean(OrderService.class).place("tea", 3);
			assertThat(application.messages("order.placed")).hasSize(1);
		}
	}

	@Test
	void everythingCanBeConfigured() {
		try (RunningApplication application = start(POINT + "method=orderService#fail", POINT + "type=order.failed",
				POINT + "on=throw", POINT + "category=quality", POINT + "severity=warning",
				POINT + "condition=#exception.message matches '.*tea'", POINT + "fields.why=#exception.message")) {
			fail(application, "tea");
			fail(application, "milk");
			assertThat(application.messages()).singleElement().satisfies((message) -> {
				assertThat(message.type()).isEqualTo("order.failed");
				assertThat(message.category()).isEqualTo(Category.QUALITY);
				assertThat(message.severity()).isEqualTo(Severity.WARNING);
				assertThat(message.fields())
					.isEqualTo(Map.of("why", "no tea", "error_type", IllegalStateException.class.getName()));
			});
		}
	}

	@Test
	void onlyTheNamedOneOfTwoBeansIsMeant() {
		try (RunningApplication application = start("cairn.points.charged.method=primaryGateway#charge",
				"cairn.points.both.method=Gateway#charge")) {
			application.context().getBean("primaryGateway", Gateway.class).charge();
			application.context().getBean("backupGateway", Gateway.class).charge();
			assertThat(application.messages("charged")).hasSize(1);
			assertThat(application.messages("both")).hasSize(2);
		}
	}

	@Test
	void overloadsAreDistinguishedByTheirParameters() {
		try (RunningApplication application = start(POINT + "method=orderService#over(int)",
				POINT + "fields.number=#number")) {
			application.bean(OrderService.class).over(1);
			application.bean(OrderService.class).over("one");
			assertThat(application.messages("order-placed")).hasSize(1);
		}
	}

	@Test
	void aProductOfAFactoryIsMeantByItsBeanAndByItsInterface() {
		try (RunningApplication application = start("cairn.points.by-bean.method=catalogue#find",
				"cairn.points.by-bean.fields.name=#a0", "cairn.points.by-type.method=Catalogue#find")) {
			application.bean(Catalogue.class).find("tea");
			assertThat(application.messages("by-bean")).singleElement()
				.satisfies((message) -> assertThat(message.fields()).containsEntry("name", "tea"));
			assertThat(application.messages("by-type")).hasSize(1);
		}
	}

	@Test
	void twoPointsOfAMethodAreTwoEvents() {
		try (RunningApplication application = start("cairn.points.a.method=orderService#other",
				"cairn.points.b.method=OrderService#other")) {
			application.bean(OrderService.class).other("tea");
			assertThat(types(application)).containsExactlyInAnyOrder("a", "b");
		}
	}

	@Test
	void aPointReplacesTheAnnotationOfTheSameEventOnly() {
		try (RunningApplication application = start("cairn.points.annotated.method=orderService#annotated",
				"cairn.points.annotated.fields.by=#a0", "cairn.points.further.method=orderService#annotated")) {
			application.bean(OrderService.class).annotated("tea");
			assertThat(types(application)).containsExactlyInAnyOrder("annotated", "further");
			assertThat(application.messages("annotated")).singleElement()
				.satisfies((message) -> assertThat(message.fields()).isEqualTo(Map.of("by", "tea")));
		}
	}

	@Test
	void aPointThatIsOffOrOfRateZeroPublishesNothing() {
		try (RunningApplication application = start("cairn.points.off.method=orderService#other",
				"cairn.points.off.enabled=false", "cairn.points.zero.method=orderService#other",
				"cairn.points.zero.rate=0")) {
			application.bean(OrderService.class).other("tea");
			assertThat(application.messages()).isEmpty();
			assertThat(application.ledger().channel("memory").balance().offered()).isZero();
		}
	}

	@Test
	void aRateKeepsAFractionAndIsRecorded() {
		try (RunningApplication application = start("cairn.points.sampled.method=orderService#other",
				"cairn.points.sampled.rate=0.5")) {
			for (int i = 0; i < 2000; i++) {
				application.bean(OrderService.class).other("tea");
			}
			List<Message> kept = application.messages("sampled");
			assertThat(kept).hasSizeBetween(850, 1150)
				.allSatisfy((message) -> assertThat(message.fields()).containsEntry("rate", 0.5));
			assertThat(report(application, "sampled").published()).isEqualTo(kept.size());
		}
	}

	@Test
	void aPointIsChangedWhileTheServiceRuns() {
		try (RunningApplication application = start(POINT + "method=orderService#place",
				POINT + "fields.product=#product")) {
			Points points = application.bean(Points.class);
			OrderService service = application.bean(OrderService.class);
			service.place("tea", 1);
			points.change("order-placed", new Settings.Point(true, "#quantity > 1", Map.of("count", "#quantity")));
			service.place("tea", 1);
			service.place("tea", 2);
			points.enable("order-placed", false);
			service.place("tea", 3);
			points.enable("order-placed", true);
			service.place("tea", 4);
			assertThat(application.messages()).extracting((message) -> message.type() + message.fields())
				.containsExactly("order-placed{product=tea}", "order-placed{count=2}", "order-placed{count=4}");
			Points.Report report = report(application, "order-placed");
			assertThat(report.published()).isEqualTo(3);
			assertThat(report.methods()).containsExactly(OrderService.class.getName() + "#place(String,int)");
			assertThat(report.definition().condition()).isEqualTo("#quantity > 1");
		}
	}

	@Test
	void aBadChangeIsRefusedAndChangesNothing() {
		try (RunningApplication application = start(POINT + "method=orderService#place",
				POINT + "fields.product=#product")) {
			Points points = application.bean(Points.class);
			Points.Definition good = report(application, "order-placed").definition();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> points.change("order-placed",
						new Settings.Point(true, null, Map.of("count", "#quantty"))))
				.withMessageContaining("fields.count")
				.withMessageContaining("#quantty")
				.withMessageContaining("#quantity");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> points.change("order-placed",
						new Settings.Point(true, "T(java.lang.Runtime).getRuntime().exec('x')", Map.of())))
				.withMessageContaining("not available");
			assertThatIllegalArgumentException().isThrownBy(() -> points.enable("order-paced", true))
				.withMessageContaining("order-placed");
			assertThat(report(application, "order-placed").definition()).isEqualTo(good);
			application.bean(OrderService.class).place("tea", 1);
			assertThat(application.messages("order-placed")).hasSize(1);
		}
	}

	@Test
	void settingsThatAreInvalidAreNotUsed() {
		try (RunningApplication application = start(POINT + "method=orderService#place",
				POINT + "fields.product=#product")) {
			application.bean(Settings.Holder.class)
				.update((settings) -> settings
					.withPoints(Map.of("order-placed", new Settings.Point(true, "#quantty > 1", Map.of()))));
			application.bean(OrderService.class).place("tea", 1);
			assertThat(application.messages("order-placed")).singleElement()
				.satisfies((message) -> assertThat(message.fields()).containsEntry("product", "tea"));
		}
	}

	@Test
	void aPointIsChangedByOneThreadWhileOthersCall() throws Exception {
		try (RunningApplication application = start(POINT + "method=orderService#other", POINT + "fields.a=#product",
				POINT + "fields.b=#product")) {
			Points points = application.bean(Points.class);
			Thread changer = new Thread(() -> {
				for (int i = 0; i < 500; i++) {
					String value = "'" + i + "'";
					points.change("order-placed", new Settings.Point(true, null, Map.of("a", value, "b", value)));
				}
			});
			changer.start();
			for (int i = 0; i < 2000; i++) {
				application.bean(OrderService.class).other("tea");
			}
			changer.join();
			assertThat(application.messages("order-placed")).hasSize(2000)
				.allSatisfy((message) -> assertThat(message.fields().get("a")).isEqualTo(message.fields().get("b")));
		}
	}

	@Test
	void aPointWithoutAMethodLogsTheNearestNames() {
		try (RunningApplication application = start("cairn.points.a.method=ordrService#plac",
				"cairn.points.b.method=OrderService#placce(String)",
				"cairn.points.c.pointcut=execution(* *..NoSuchService.*(..))",
				"cairn.points.lazy.method=lazyService#work", "cairn.points.d.method=orderService#over(long)",
				"cairn.points.e.method=till#place")) {
			assertThat(warnings()).hasSize(5)
				.anyMatch((line) -> line.contains("the point e publishes no events")
						&& line.contains("similar methods are [orderService#place]"))
				.anyMatch((line) -> line.contains("the point a publishes no events")
						&& line.contains("cairn.points.a.method")
						&& line.contains("similar methods are [orderService#place,"))
				.anyMatch((line) -> line.contains("the point b publishes")
						&& line.contains("[OrderService#place(String,int),"))
				.anyMatch((line) -> line.contains("the point c publishes") && line.contains("NoSuchService"))
				.anyMatch((line) -> line.contains("the point d publishes")
						&& line.contains("[orderService#over(int), " + "orderService#over(String)"));
			application.bean(LazyService.class).work();
			assertThat(application.messages("lazy")).hasSize(1);
		}
	}

	@Test
	void methodsAreCalledWhereThatIsPermitted() {
		try (RunningApplication application = start("cairn.events.method-calls=true",
				POINT + "method=orderService#other", POINT + "fields.product=#product.toUpperCase()")) {
			application.bean(OrderService.class).other("tea");
			assertThat(application.messages("order-placed")).singleElement()
				.satisfies((message) -> assertThat(message.fields()).containsEntry("product", "TEA"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "#result.class", "#result.class.classLoader", "#target.delete", "#target.class",
			"#product.bytes.class" })
	void expressionsReachNothingButValues(String expression) {
		try (RunningApplication application = start(POINT + "method=orderService#other",
				POINT + "fields.reached=" + expression)) {
			application.bean(OrderService.class).other("tea");
			assertThat(application.messages("order-placed")).singleElement()
				.satisfies((message) -> assertThat(message.fields()).isEmpty());
			assertThat(report(application, "order-placed").failed()).isOne();
			assertThat(application.bean(OrderService.class).deleted).isFalse();
		}
	}

	@Test
	void secretsDoNotLeave() {
		try (RunningApplication application = start(POINT + "method=orderService#other",
				POINT + "fields.password=#product")) {
			application.bean(OrderService.class).other("hunter2");
			assertThat(application.messages("order-placed")).singleElement()
				.satisfies((message) -> assertThat(message.fields()).containsEntry("password", "********"));
		}
	}

	private static RunningApplication start(String... properties) {
		return RunningApplication.startWithoutWeb(Application.class, properties);
	}

	private static Stream<String> types(RunningApplication application) {
		return application.messages().stream().map(Message::type);
	}

	private static List<String> warnings() {
		return RunningApplication.warnings().stream().filter((line) -> line.contains("Cairn: the point")).toList();
	}

	private static Points.Report report(RunningApplication application, String name) {
		return application.bean(Points.class)
			.report()
			.stream()
			.filter((point) -> point.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static void fail(RunningApplication application, String product) {
		try {
			application.bean(OrderService.class).fail(product);
		}
		catch (IllegalStateException ex) {
			assertThat(ex).hasMessage("no " + product);
		}
	}

	record Order(long id) {
	}

	interface Places {

		Order place(String product, int quantity);

	}

	public static class OrderService implements Places {

		boolean deleted;

		@Override
		public Order place(String product, int quantity) {
			return new Order(quantity);
		}

		String other(String product) {
			return product;
		}

		void over(int number) {
		}

		void over(String text) {
		}

		@PublishEvent(value = "annotated", fields = "by='annotation'")
		void annotated(String product) {
		}

		void fail(String product) {
			throw new IllegalStateException("no " + product);
		}

		public boolean delete() {
			this.deleted = true;
			return true;
		}

	}

	static class Gateway {

		void charge() {
		}

	}

	static class LazyService {

		void work() {
		}

	}

	interface Catalogue {

		String find(String name);

	}

	static class CatalogueFactory implements FactoryBean<Catalogue> {

		@Override
		public Catalogue getObject() {
			UnaryOperator<String> found = (name) -> name + "!";
			return (Catalogue) java.lang.reflect.Proxy.newProxyInstance(Catalogue.class.getClassLoader(),
					new Class<?>[] { Catalogue.class },
					(proxy, method, arguments) -> found.apply((String) arguments[0]));
		}

		@Override
		public Class<?> getObjectType() {
			return Catalogue.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AopAutoConfiguration.class, CairnAutoConfiguration.class,
			PointsAutoConfiguration.class })
	static class Application {

		@Bean
		OrderService orderService() {
			return new OrderService();
		}

		@Bean
		Gateway primaryGateway() {
			return new Gateway();
		}

		@Bean
		Gateway backupGateway() {
			return new Gateway();
		}

		@Bean
		CatalogueFactory catalogue() {
			return new CatalogueFactory();
		}

		@Bean
		@Lazy
		LazyService lazyService() {
			return new LazyService();
		}

	}

}
