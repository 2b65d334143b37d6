package dev.cairn.spring.core;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.LoggerContext;
import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Sink;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.UdpServer;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdMeterRegistry;
import io.sentry.Sentry;
import io.sentry.logback.SentryAppender;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.UserConfigurations;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.statsd.StatsdMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the auto-configurations of the sinks: which property brings which sink.
 */
@ExtendWith(OutputCaptureExtension.class)
@ExtendWith(AwaitThreads.class)
class SinkAutoConfigurationTests {

	private static final String STATSD_HOST = "management.statsd.metrics.export.host=127.0.0.1";

	private final ApplicationContextRunner runner = Contexts.withMetrics()
		.withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class, SentryAutoConfiguration.class,
				StatsdMetricsExportAutoConfiguration.class))
		.withPropertyValues("cairn.shutdown-timeout=100ms");

	@Test
	void filesAreTheDefault() {
		this.runner.run((context) -> assertThat(sinks(context)).containsExactly("file"));
	}

	@Test
	void filesAreOffWhenSwitchedOff() {
		this.runner.withPropertyValues("cairn.file.enabled=false")
			.run((context) -> assertThat(sinks(context)).isEmpty());
	}

	@Test
	void nothingIsLostSilentlyWithoutAnySink() {
		this.runner.withPropertyValues("cairn.file.enabled=false").run((context) -> {
			assertThat(context.getBean(Cairn.class).event("order.placed").publish()).isNull();
			assertThat(context.getBean(Ledger.class).balances().get("unrouted").droppedTotal()).isEqualTo(1);
		});
	}

	@Test
	void filesAreWrittenWhereTheApplicationWants(@TempDir Path folder) {
		this.runner.withPropertyValues("cairn.file.directory=" + folder, "cairn.file.encoding=metlog")
			.run((context) -> {
				Cairn cairn = context.getBean(Cairn.class);
				cairn.event("order.placed").publish();
				assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
				assertThat(Files.readString(folder.resolve("events.jsonl"))).contains("\"metlog_hostname\"");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.kafka.bootstrap-servers=127.0.0.1:1",
			"spring.kafka.bootstrap-servers[0]=127.0.0.1:1", "spring.kafka.producer.bootstrap-servers=127.0.0.1:1",
			"spring.kafka.bootstrapServers=127.0.0.1:1,127.0.0.1:2" })
	void aBrokerBringsKafkaInsteadOfFiles(String property) {
		this.runner.withPropertyValues(property).run((context) -> assertThat(sinks(context)).containsExactly("kafka"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.kafka.bootstrap-servers=", "spring.kafka.producer.bootstrap-servers=",
			"spring.kafka.consumer.bootstrap-servers=127.0.0.1:1" })
	void noBrokerBringsNoKafka(String property) {
		this.runner.withPropertyValues(property).run((context) -> assertThat(sinks(context)).containsExactly("file"));
	}

	@Test
	void kafkaIsOffWhenSwitchedOff() {
		this.runner.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1", "cairn.kafka.enabled=false")
			.run((context) -> assertThat(sinks(context)).containsExactly("file"));
	}

	@Test
	void kafkaAndFilesGoTogether() {
		this.runner.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1", "cairn.file.enabled=true")
			.run((context) -> assertThat(sinks(context)).containsExactlyInAnyOrder("file", "kafka"));
	}

	@Test
	void kafkaIsOffWithoutItsLibrary() {
		this.runner.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1")
			.withClassLoader(new FilteredClassLoader(KafkaTemplate.class, ProducerFactory.class))
			.run((context) -> assertThat(sinks(context)).containsExactly("file"));
	}

	@Test
	void kafkaBacksOffFromTheSinkOfTheApplication() {
		this.runner.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1")
			.withBean("cairnKafkaSink", Object.class, Object::new)
			.run((context) -> assertThat(context).hasNotFailed().getBean("cairnKafkaSink").isNotInstanceOf(Sink.class));
	}

	@Test
	void eventsOfADeadBrokerAreOnTheDiskForTheNextStart(@TempDir Path folder) {
		ApplicationContextRunner spooling = this.runner.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1",
				"cairn.kafka.spool.enabled=true", "cairn.kafka.spool.directory=" + folder,
				"cairn.kafka.properties.max.block.ms=100", "cairn.shutdown-timeout=2s");
		spooling.run((context) -> {
			for (int i = 0; i < 5; i++) {
				context.getBean(Cairn.class).event("order.placed").publish();
			}
		});
		spooling.run((context) -> Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(
					() -> assertThat(context.getBean(Ledger.class).balances().get("kafka").spooled()).isEqualTo(5)));
	}

	@Test
	void eachPolicyHasAQueueOfItsOwn(@TempDir Path folder) {
		this.runner
			.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1", "cairn.kafka.spool.enabled=true",
					"cairn.kafka.spool.directory=" + folder, "cairn.delivery.queue-messages=10",
					"cairn.kafka.properties.max.block.ms=60000", "cairn.shutdown-timeout=100ms",
					"cairn.kafka.rules[0].type=view.*", "cairn.kafka.rules[0].policy=drop-newest",
					"cairn.kafka.rules[1].category=operation", "cairn.kafka.rules[1].policy=block-up-to",
					"cairn.kafka.rules[1].block-up-to=50ms", "cairn.kafka.rules[2].type=payment.*",
					"cairn.kafka.rules[2].durability=disk")
			.run((context) -> {
				Cairn cairn = context.getBean(Cairn.class);
				publish(cairn, "view.page", 15);
				publish(cairn, "payment.made", 15);
				for (int i = 0; i < 12; i++) {
					cairn.event("report.made").category(Category.OPERATION).publish();
				}
				Ledger.Balance balance = context.getBean(Ledger.class).balances().get("kafka");
				assertThat(balance.dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 7L));
				assertThat(balance.held()).isEqualTo(35);
				assertThat(balance.spooled()).isEqualTo(15);
				assertThat(balance.notPersisted()).isZero();
			});
	}

	@Test
	void aDefaultFolderThatCannotBeWrittenIsLoggedAndHarmless(CapturedOutput output) throws Exception {
		Path file = Files.createFile(Path.of("cairn-spool"));
		try {
			this.runner
				.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1", "cairn.kafka.spool.enabled=true",
						"cairn.shutdown-timeout=100ms")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(output).contains("only held in memory").contains("cairn.kafka.spool.directory");
		}
		finally {
			Files.delete(file);
		}
	}

	private static void publish(Cairn cairn, String type, int number) {
		for (int i = 0; i < number; i++) {
			cairn.event(type).publish();
		}
	}

	@Test
	void kafkaWorksBesideSeveralProducerFactories() {
		this.runner.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1")
			.withConfiguration(UserConfigurations.of(TwoProducerFactories.class))
			.run((context) -> assertThat(sinks(context)).containsExactly("kafka"));
	}

	@Test
	void kafkaWorksWithoutLogback() {
		this.runner.withPropertyValues("spring.kafka.bootstrap-servers=127.0.0.1:1")
			.withClassLoader(new FilteredClassLoader(LoggerContext.class))
			.run((context) -> {
				assertThat(sinks(context)).containsExactly("kafka");
				assertThat(context).doesNotHaveBean("cairnQuietKafkaFilter");
			});
	}

	@Test
	void aDsnBringsSentry() {
		this.runner.withPropertyValues("sentry.dsn=http://key@127.0.0.1:1/1").run((context) -> {
			assertThat(sinks(context)).containsExactlyInAnyOrder("file", "sentry");
			assertThat(context).hasBean("cairnEventProcessor").hasBean("cairnSentryBreadcrumbs");
			assertThat(Sentry.isEnabled()).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "sentry.dsn=", "cairn.sentry.enabled=true" })
	void noDsnBringsNoSentry(String property) {
		this.runner.withPropertyValues(property).run((context) -> assertThat(sinks(context)).containsExactly("file"));
	}

	@Test
	void sentryIsOffWhenSwitchedOff() {
		this.runner.withPropertyValues("sentry.dsn=http://key@127.0.0.1:1/1", "cairn.sentry.enabled=false")
			.run((context) -> {
				assertThat(sinks(context)).containsExactly("file");
				assertThat(context).doesNotHaveBean("cairnSentryBreadcrumbs");
			});
	}

	@Test
	void sentryWorksWithoutItsLogbackModule() {
		this.runner.withPropertyValues("sentry.dsn=http://key@127.0.0.1:1/1")
			.withClassLoader(new FilteredClassLoader(SentryAppender.class))
			.run((context) -> {
				assertThat(sinks(context)).containsExactlyInAnyOrder("file", "sentry");
				assertThat(context).hasBean("cairnSentryBreadcrumbs").doesNotHaveBean("cairnSentryAppenders");
			});
	}

	@Test
	void sentryIsOffWithoutItsLibrary() {
		Contexts.plain()
			.withPropertyValues("sentry.dsn=http://key@127.0.0.1:1/1")
			.withClassLoader(without("io.sentry.spring.boot4"))
			.run((context) -> assertThat(sinks(context)).containsExactly("file"));
	}

	@Test
	void onlyExceptionsGoToSentry() {
		this.runner.withPropertyValues("sentry.dsn=http://key@127.0.0.1:1/1").run((context) -> {
			Cairn cairn = context.getBean(Cairn.class);
			cairn.event("order.placed").publish();
			cairn.capture(new IllegalStateException("fails"));
			assertThat(cairn.ledger().balances().get("sentry").offered()).isEqualTo(1);
			assertThat(cairn.ledger().balances().get("file").offered()).isEqualTo(2);
		});
	}

	@Test
	void statsdIsMadeByCairnWhenItIsOn() {
		this.runner.withPropertyValues("management.statsd.metrics.export.enabled=true").run((context) -> {
			assertThat(context).hasSingleBean(StatsdRegistry.class);
			assertThat(context.getBean(Ledger.class).balances()).containsKey("statsd");
		});
	}

	@Test
	void statsdIsLeftToBoot() {
		this.runner.withPropertyValues("management.statsd.metrics.export.enabled=true", "cairn.statsd.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(StatsdRegistry.class)
				.hasSingleBean(StatsdMeterRegistry.class));
	}

	@Test
	void statsdIsOffWithTheMetricsExport() {
		this.runner.withPropertyValues(STATSD_HOST)
			.run((context) -> assertThat(context).doesNotHaveBean(StatsdRegistry.class)
				.doesNotHaveBean(StatsdMeterRegistry.class));
	}

	@Test
	void statsdBacksOffFromTheRegistryOfTheApplication() {
		this.runner.withPropertyValues("management.statsd.metrics.export.enabled=true")
			.withConfiguration(UserConfigurations.of(OwnStatsd.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(StatsdMeterRegistry.class)
				.doesNotHaveBean(StatsdRegistry.class));
	}

	@Test
	void statsdIsOffWithoutItsLibrary() {
		this.runner.withPropertyValues("management.statsd.metrics.export.enabled=true")
			.withClassLoader(without("io.micrometer.statsd"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("cairnStatsdRegistry"));
	}

	@Test
	void aHostBringsUdp() {
		try (UdpServer receiver = UdpServer.started()) {
			this.runner
				.withPropertyValues("cairn.udp.host=127.0.0.1", "cairn.udp.port=" + receiver.port(),
						"cairn.udp.encoding=metlog")
				.run((context) -> {
					assertThat(sinks(context)).containsExactlyInAnyOrder("file", "udp");
					context.getBean(Cairn.class).event("order.placed").publish();
					RunningApplication.await(() -> receiver.datagrams().size() == 1);
					assertThat(receiver.datagrams().get(0)).contains("\"type\":\"order.placed\"")
						.contains("metlog_pid");
				});
		}
	}

	@Test
	void udpIsOffWhenSwitchedOff() {
		this.runner.withPropertyValues("cairn.udp.host=127.0.0.1", "cairn.udp.enabled=false")
			.run((context) -> assertThat(sinks(context)).containsExactly("file"));
	}

	@Test
	void anAddressBringsSyslog() {
		try (UdpServer receiver = UdpServer.started()) {
			this.runner.withPropertyValues("cairn.syslog.url=udp://127.0.0.1:" + receiver.port()).run((context) -> {
				assertThat(sinks(context)).containsExactlyInAnyOrder("file", "syslog");
				context.getBean(Cairn.class).event("order.placed").publish();
				RunningApplication.await(() -> receiver.datagrams().size() == 1);
				assertThat(receiver.datagrams().get(0)).startsWith("<14>1 ").contains(" order.placed - {");
			});
		}
	}

	@Test
	void syslogIsOffWhenSwitchedOff() {
		this.runner.withPropertyValues("cairn.syslog.url=udp://127.0.0.1", "cairn.syslog.enabled=false")
			.run((context) -> assertThat(sinks(context)).containsExactly("file"));
	}

	@Test
	void anInvalidAddressOfSyslogFailsTheStart() {
		this.runner.withPropertyValues("cairn.syslog.url=http://127.0.0.1")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("cairn.syslog.url")
				.hasMessageContaining("udp://host:port"));
	}

	@Test
	void standardOutputIsOnWhenSwitchedOn() {
		this.runner.withPropertyValues("cairn.stdout.enabled=true")
			.run((context) -> assertThat(sinks(context)).containsExactlyInAnyOrder("file", "stdout"));
	}

	@Test
	void aSinkOfTheApplicationTakesPart() {
		this.runner.withPropertyValues("cairn.file.enabled=false")
			.withConfiguration(UserConfigurations.of(CairnAutoConfigurationTests.MemoryConfiguration.class))
			.run((context) -> assertThat(sinks(context)).containsExactly("memory"));
	}

	@SuppressWarnings("unchecked")
	private static List<String> sinks(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		return context.getBeansOfType(Sink.class)
			.values()
			.stream()
			.map((sink) -> ((Sink) sink).channel().name())
			.toList();
	}

	/** Without the classes, and without their files. */
	private static ClassLoader without(String packageName) {
		return new FilteredClassLoader((name) -> name.replace('/', '.').startsWith(packageName));
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoProducerFactories {

		@Bean
		ProducerFactory<String, String> first() {
			return new DefaultKafkaProducerFactory<>(Map.of("bootstrap.servers", "127.0.0.1:1"));
		}

		@Bean
		KafkaTemplate<String, String> template(@Qualifier("first") ProducerFactory<String, String> first) {
			return new KafkaTemplate<>(first);
		}

		@Bean
		ProducerFactory<String, byte[]> second() {
			return new DefaultKafkaProducerFactory<>(Map.of("bootstrap.servers", "127.0.0.1:1"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnStatsd {

		@Bean
		StatsdMeterRegistry ownStatsd(StatsdConfig config) {
			return StatsdMeterRegistry.builder(config).lineSink((line) -> {
			}).build();
		}

	}

}
