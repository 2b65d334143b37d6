package dev.cairn.collector;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.core.CairnAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the configuration of the collector, without a server.
 */
class CollectorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CairnAutoConfiguration.class, CollectorAutoConfiguration.class))
		.withUserConfiguration(Running.Application.class);

	private static CollectorRequest request(String address, String... headers) {
		Map<String, String> all = new HashMap<>(Map.of("content-type", "application/json"));
		for (int i = 0; i < headers.length; i += 2) {
			all.put(headers[i], headers[i + 1]);
		}
		return new CollectorRequest("POST", null, address, all);
	}

	private static Answer post(Collector collector, CollectorRequest request, String body) {
		try (Admission admission = collector.admit(request)) {
			return collector.receive(admission, body.getBytes(StandardCharsets.UTF_8)).join();
		}
		catch (RefusedException ex) {
			return Answer.refused(ex);
		}
	}

	private static int status(Collector collector, String address, String... headers) {
		return post(collector, request(address, headers), "{\"type\":\"a\"}").status();
	}

	@Test
	void isOffByDefault() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(Collector.class));
		this.runner.withPropertyValues("cairn.collector.enabled=true", "cairn.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Collector.class));
	}

	@Test
	void withoutKeysOnlyProcessesOfThisHostMaySend() {
		this.runner.withPropertyValues("cairn.collector.enabled=true").run((context) -> {
			Collector collector = context.getBean(Collector.class);
			assertThat(status(collector, "127.0.0.1")).isEqualTo(202);
			assertThat(status(collector, "0:0:0:0:0:0:0:1")).isEqualTo(202);
			assertThat(status(collector, "10.0.0.7")).isEqualTo(401);
			// A proxy on this host
			assertThat(status(collector, "127.0.0.1", "x-forwarded-for", "10.0.0.7")).isEqualTo(401);
			assertThat(status(collector, "127.0.0.1", "origin", "https://evil.example")).isEqualTo(403);
			assertThat(status(collector, "127.0.0.1", "origin", "http://localhost:80", "host", "localhost:80"))
				.isEqualTo(202);
			// A name of somebody else that leads to this host
			assertThat(status(collector, "127.0.0.1", "origin", "http://evil.example", "host", "evil.example"))
				.isEqualTo(403);
		});
		this.runner.withPropertyValues("cairn.collector.enabled=true", "cairn.collector.anonymous=true")
			.run((context) -> assertThat(status(context.getBean(Collector.class), "10.0.0.7")).isEqualTo(202));
	}

	@Test
	void keysOfABeanAreFoundAndItsFailuresAreNoKeys() {
		this.runner.withPropertyValues("cairn.collector.enabled=true").withBean(CollectorKeys.class, () -> (token) -> {
			if (token.equals("broken")) {
				throw new IllegalStateException("no database");
			}
			return token.equals("known") ? new CollectorKey("pos", "pos", List.of(), List.of(), 0) : null;
		}).run((context) -> {
			Collector collector = context.getBean(Collector.class);
			assertThat(status(collector, "10.0.0.7", "x-cairn-key", "known")).isEqualTo(202);
			assertThat(status(collector, "10.0.0.7", "x-cairn-key", "other")).isEqualTo(401);
			assertThat(status(collector, "10.0.0.7", "x-cairn-key", "broken")).isEqualTo(401);
			assertThat(status(collector, "127.0.0.1")).isEqualTo(401);
			assertThat(context.getBean(Ledger.class).failures().keySet())
				.anyMatch((name) -> name.startsWith("collector keys"));
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			cairn.collector.path=cairn/                | cairn.collector.path
			cairn.collector.max-body=1B                | cairn.collector.max-body
			cairn.collector.max-messages=0             | cairn.collector.max-messages
			cairn.collector.max-depth=1000             | cairn.collector.max-depth
			cairn.collector.keys.shop.service=shop     | cairn.collector.keys.shop.token
			cairn.collector.udp.port=70000             | cairn.collector.udp.port
			cairn.collector.durability=tape            | cairn.collector.durability
			cairn.collector.duplicates=-1              | cairn.collector.duplicates
			""")
	void aWrongPropertyFailsTheStart(String property, String name) {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CairnAutoConfiguration.class, CollectorAutoConfiguration.class))
			.withUserConfiguration(Running.Application.class)
			.withPropertyValues("cairn.collector.enabled=true", property)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.satisfiesAnyOf((cause) -> assertThat(cause).hasMessageContaining(name),
						(cause) -> assertThat(context.getStartupFailure()).hasStackTraceContaining(name)));
	}

	@Test
	void aPortThatOtherHostsReachRequiresAKey() {
		this.runner
			.withPropertyValues("cairn.collector.enabled=true", "cairn.collector.udp.port=0",
					"cairn.collector.udp.address=0.0.0.0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("cairn.collector.udp.address"));
		this.runner
			.withPropertyValues("cairn.collector.enabled=true", "cairn.collector.udp.port=0",
					"cairn.collector.udp.address=0.0.0.0", "cairn.collector.udp.key=pos",
					"cairn.collector.keys.pos.token=x")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void fieldsAreCheckedAgainstKnownSchemas() {
		this.runner.withPropertyValues("cairn.collector.enabled=true", "cairn.collector.unknown-schemas=mark")
			.run((context) -> {
				Collector collector = context.getBean(Collector.class);
				Answer answer = post(collector, request("127.0.0.1"), """
						[{"type":"pos.sold","fields":{"total":7.5,"items":[{"sku":"a"}]}},
						 {"type":"pos.sold","fields":{"total":"7.5","items":[]}},
						 {"type":"pos.sold","fields":{"items":[{"sku":"a"}]}},
						 {"type":"pos.sold","fields":{"total":-1,"items":[{"sku":"a"}]}},
						 {"type":"pos.sold","fields":{"total":1,"items":[{"sku":"A-1"}]}},
						 {"type":"pos.sold","fields":{"total":1,"items":[{"sku":"a"}],"other":1}},
						 {"type":"pos.sold","fields":{"total":1,"items":[{"sku":"a"}],"channel":"fax"}},
						 {"type":"something.else"}]""");
				String body = new String(answer.body(), StandardCharsets.UTF_8);
				assertThat(answer.status()).isEqualTo(202);
				assertThat(body).contains("\"accepted\":2")
					.contains("\"field\":\"fields.total\",\"reason\":\"must be of type number\"")
					.contains("\"field\":\"fields.total\",\"reason\":\"is required\"")
					.contains("\"field\":\"fields.total\",\"reason\":\"must be at least 0\"")
					.contains("\"field\":\"fields.items[0].sku\"")
					.contains("\"field\":\"fields.other\",\"reason\":\"is not allowed\"")
					.contains("\"field\":\"fields.channel\",\"reason\":\"must be one of shop, web\"");
				assertThat(context.getBean(MemorySink.class).messages()).satisfiesExactly(
						(sold) -> assertThat(sold.fields()).doesNotContainKey("schema_unknown"),
						(other) -> assertThat(other.fields()).containsEntry("schema_unknown", true));
			});
		this.runner.withPropertyValues("cairn.collector.enabled=true", "cairn.collector.unknown-schemas=refuse")
			.run((context) -> assertThat(status(context.getBean(Collector.class), "127.0.0.1")).isEqualTo(400));
	}

	@Test
	void aMessageIsAnsweredWhenItIsStored() {
		CountDownLatch disk = new CountDownLatch(1);
		this.runner.withUserConfiguration(SlowSink.class)
			.withBean(CountDownLatch.class, () -> disk)
			.withPropertyValues("cairn.collector.enabled=true", "cairn.collector.durability=disk",
					"cairn.collector.durability-timeout=200ms")
			.run((context) -> {
				Collector collector = context.getBean(Collector.class);
				String message = "{\"id\":\"0199c1a0-0000-7000-8000-000000000001\",\"type\":\"a\"}";
				Answer early = post(collector, request("127.0.0.1"), message);
				assertThat(early.status()).isEqualTo(503);
				assertThat(early.headers()).containsEntry("Retry-After", "1");
				disk.countDown();
				Answer late = post(collector, request("127.0.0.1"), message);
				assertThat(late.status()).isEqualTo(202);
				Ledger.Balance balance = context.getBean(Ledger.class).balances().get("collector");
				assertThat(balance.dropped()).isEqualTo(Map.of(DropReason.EXPIRED, 1L));
				assertThat(balance.delivered()).isEqualTo(1);
				// It was on its way, and is not stored twice
				assertThat(context.getBean(Ledger.class).balances().get("slow").offered()).isEqualTo(1);
				assertThat(context.getBean(Cairn.class).recent()).hasSize(1);
			});
	}

	@Test
	void thereIsABoundedNumberOfRequestsAtTheSameTime() {
		this.runner.withPropertyValues("cairn.collector.enabled=true", "cairn.collector.max-requests=1")
			.run((context) -> {
				Collector collector = context.getBean(Collector.class);
				Admission first = collector.admit(request("127.0.0.1"));
				assertThat(status(collector, "127.0.0.1")).isEqualTo(503);
				first.close();
				first.close();
				assertThat(status(collector, "127.0.0.1")).isEqualTo(202);
				assertThat(status(collector, "127.0.0.1")).isEqualTo(202);
			});
	}

	/**
	 * A destination that takes messages when it is told to.
	 */
	@Configuration(proxyBeanMethods = false)
	static class SlowSink {

		@Bean(destroyMethod = "")
		AsyncSink slowSink(Accounts ledger, CountDownLatch disk) {
			return new AsyncSink(ledger.channel("slow"), (batch) -> disk.await(), DeliveryOptions.DEFAULT);
		}

	}

}
