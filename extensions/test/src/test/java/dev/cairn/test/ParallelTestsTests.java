package dev.cairn.test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.resttestclient.TestRestTemplate;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureTestRestTemplate;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.test.web.servlet.client.ExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that run in parallel, with one application, see their own signals.
 */
class ParallelTestsTests {

	@Test
	void testsThatRunAtTheSameTimeSeeTheirOwnSignals() {
		EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
			.selectors(DiscoverySelectors.selectClass(Parallel.class))
			.configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
			.configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
			.configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
			.execute();
		assertThat(results.allEvents()
			.finished()
			.stream()
			.map((event) -> event.getRequiredPayload(TestExecutionResult.class))
			.filter((result) -> result.getStatus() != TestExecutionResult.Status.SUCCESSFUL)).isEmpty();
		assertThat(results.testEvents().succeeded().count()).isEqualTo(2);
	}

	@Execution(ExecutionMode.CONCURRENT)
	@SpringBootTest(classes = Shop.class, webEnvironment = WebEnvironment.RANDOM_PORT)
	@AutoConfigureRestTestClient
	@AutoConfigureTestRestTemplate
	static class Parallel {

		private static final CyclicBarrier BOTH = new CyclicBarrier(2);

		@Autowired
		private RestTestClient http;

		@Autowired
		private TestRestTemplate template;

		@Autowired
		private Orders orders;

		@Autowired
		private CairnRecorder cairn;

		@Test
		void one() throws Exception {
			test("one");
		}

		@Test
		void other() throws Exception {
			test("other");
		}

		private void test(String name) throws Exception {
			bothAreHere();
			ExchangeResult response = this.http.post().uri("/orders/{name}", name).exchange().returnResult();
			this.template.postForObject("/orders/{name}", null, String.class, name);
			this.orders.place(name);
			this.orders.placeLater(name).get(60, TimeUnit.SECONDS);
			bothAreHere();
			assertThat(this.cairn).recorded("order.placed")
				.times(4)
				.withField("name", name)
				.times(4)
				.withSameTraceAs(response)
				.once();
			assertThat(this.cairn).request("POST", "/orders/{name}").times(2).and().counter("orders").count(4);
			assertThat(this.cairn).hasOneIncident().withMessage(name).and().lostNothing();
			bothAreHere();
		}

		private static void bothAreHere() throws Exception {
			BOTH.await(60, TimeUnit.SECONDS);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
	@EnableAsync
	@Import({ Orders.class, Controller.class })
	static class Shop {

	}

	static class Orders {

		private final Cairn cairn;

		Orders(Cairn cairn) {
			this.cairn = cairn;
		}

		void place(String name) {
			this.cairn.event("order.placed").field("name", name).publish();
			this.cairn.incr("orders");
		}

		@Async
		CompletableFuture<Void> placeLater(String name) {
			place(name);
			this.cairn.capture(new IllegalStateException(name));
			return CompletableFuture.completedFuture(null);
		}

	}

	@RestController
	static class Controller {

		private final Orders orders;

		Controller(Orders orders) {
			this.orders = orders;
		}

		@PostMapping("/orders/{name}")
		void place(@PathVariable String name) {
			this.orders.place(name);
		}

	}

}
