package dev.cairn.spring.core;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.spring.context.ContextAutoConfiguration;
import dev.cairn.spring.file.FileSinkAutoConfiguration;
import dev.cairn.spring.kafka.KafkaSinkAutoConfiguration;
import dev.cairn.spring.metrics.MetersAutoConfiguration;
import dev.cairn.spring.metrics.StatisticsAutoConfiguration;
import dev.cairn.spring.statsd.StatsdSinkAutoConfiguration;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.statsd.StatsdMetricsExportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A bad property fails the start, and what Boot prints names the property, its value and
 * the remedy.
 */
@ExtendWith(OutputCaptureExtension.class)
class InvalidPropertyTests {

	@ParameterizedTest
	@ValueSource(strings = { "cairn.requests.slow", "cairn.tracing.tail.slow" })
	void aDurationOfAWebApplicationThatMayBe0FailsTheStartIfItIsNegative(String name, CapturedOutput output) {
		assertThatException().isThrownBy(
				() -> RunningApplication.start(WebApplication.class, "cairn.tracing.tail.enabled=true", name + "=-3s")
					.close());
		assertThat(output).contains("Invalid value '-3s' for configuration property '" + name + "'",
				"It must be 0 or more and at most 365d.");
		RunningApplication.start(WebApplication.class, "cairn.tracing.tail.enabled=true", name + "=0").close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"cairn.sampling.rules[1].rate=1.5 | cairn.sampling.rules[1].rate | 1.5 | rate must be between 0 and 1",
			"cairn.sampling.rules[0].name= | cairn.sampling.rules[0].name | | must not be empty",
			"cairn.routes[0].to=nosuch | cairn.routes[0].to[0] | nosuch | Use one of these names",
			"cairn.routes[0].to=memory,kafka | cairn.routes[0].to[1] | kafka | Set spring.kafka.bootstrap-servers",
			"cairn.routes[0].to[0]=sentry | cairn.routes[0].to[0] | sentry | Set sentry.dsn",
			"cairn.routes[0].to[0]=file | cairn.routes[0].to[0] | file | Set cairn.file.enabled=true",
			"cairn.routes[0].severity=loud | cairn.routes[0].severity | loud | WARNING",
			"cairn.kafka.topic={nosuch} | cairn.kafka.topic | {nosuch} | available are [id, type",
			"cairn.kafka.key={trace_id | cairn.kafka.key | {trace_id | without a }",
			"cairn.kafka.topic=orders and more | cairn.kafka.topic | orders and more | [a-zA-Z0-9._-]",
			"cairn.kafka.rules[0].topic=a/b | cairn.kafka.rules[0].topic | a/b | [a-zA-Z0-9._-]",
			"cairn.kafka.rules[0].encoder=avro | cairn.kafka.rules[0].encoder | avro | no MessageEncoder bean",
			"cairn.kafka.rules[0].key={nosuch} | cairn.kafka.rules[0].key | {nosuch} | available are [id, type",
			"cairn.kafka.rules[0].type= | cairn.kafka.rules[0].type | | must not be empty",
			"cairn.kafka.rules[0].policy=lose | cairn.kafka.rules[0].policy | lose | BLOCK_UP_TO",
			"cairn.kafka.rules[0].policy=spool | cairn.kafka.rules[0].policy | SPOOL | Set cairn.kafka.spool.enabled=true",
			"cairn.kafka.rules[0].durability=disk | cairn.kafka.rules[0].durability | DISK | Set cairn.kafka.spool.enabled=true",
			"cairn.kafka.rules[0].block-up-to=0 | cairn.kafka.rules[0].block-up-to | 0 | more than 0",
			"cairn.delivery.block-up-to=0 | cairn.delivery.block-up-to | 0 | more than 0",
			"cairn.kafka.properties.acks=maybe | cairn.kafka.properties.acks | maybe | all, -1, 0, 1",
			"cairn.kafka.properties.linger.ms=soon | cairn.kafka.properties.linger.ms | soon | number",
			"cairn.kafka.encoding=xml | cairn.kafka.encoding | xml | METLOG",
			"spring.kafka.producer.properties.batch.size=x | spring.kafka.producer.properties.batch.size | x | number",
			"cairn.sampling.rules[0].signal=log | cairn.sampling.rules[0].signal | log | COUNTER",
			"cairn.metrics.max-tag-values=0 | cairn.metrics.max-tag-values | 0 | 1 to",
			"cairn.metrics.slow-calls.factor=0.5 | cairn.metrics.slow-calls.factor | 0.5 | at least 1",
			"cairn.events.max-held=0 | cairn.events.max-held | 0 | 1 to",
			"cairn.events.transactions=later | cairn.events.transactions | later | AFTER_COMMIT",
			"cairn.presets.checkout.rate=2 | cairn.presets.checkout.rate | 2 | rate must be between 0 and 1",
			"cairn.presets.checkout.category=other | cairn.presets.checkout.category | other | BEHAVIOUR",
			"cairn.recent=-1 | cairn.recent | -1 | 0 to 10000",
			"cairn.recent=10001 | cairn.recent | 10001 | 0 to 10000",
			"cairn.shutdown-timeout=-1s | cairn.shutdown-timeout | -1s | It must be 0 or more and at most 365d",
			"cairn.shutdown-timeout=366d | cairn.shutdown-timeout | 366d | It must be 0 or more and at most 365d",
			"cairn.incidents.interval=-1m | cairn.incidents.interval | -1m | It must be 0 or more",
			"cairn.limits.max-message-size=10B | cairn.limits.max-message-size | 10B | 1024 to",
			"cairn.limits.max-message-size=3GB | cairn.limits.max-message-size | 3GB | 1024 to",
			"cairn.limits.max-fields=0 | cairn.limits.max-fields | 0 | 1 to",
			"cairn.delivery.queue-messages=0 | cairn.delivery.queue-messages | 0 | at least 1",
			"cairn.delivery.queue-size=-1B | cairn.delivery.queue-size | -1B | at least 1",
			"cairn.delivery.linger=0 | cairn.delivery.linger | 0 | more than 0",
			"cairn.delivery.give-up-after=999999999d | cairn.delivery.give-up-after | 999999999d | 365d",
			"cairn.file.max-file-size=1KB | cairn.file.max-file-size | 1KB | at least one message",
			"cairn.file.max-files=0 | cairn.file.max-files | 0 | 1 to",
			"cairn.udp.port=99999 | cairn.udp.port | 99999 | 1 to 65535",
			"management.statsd.metrics.export.host=stats:8125 | management.statsd.metrics.export.host | stats:8125 | export.port",
			"management.statsd.metrics.export.host=[::1]:8125 | management.statsd.metrics.export.host | [::1]:8125 | export.port",
			"management.statsd.metrics.export.host=udp://stats:8125 | management.statsd.metrics.export.host | udp://stats:8125 | export.port",
			"management.statsd.metrics.export.port=0 | management.statsd.metrics.export.port | 0 | 1 to 65535" })
	void namesThePropertyTheValueAndTheRemedy(String setting, String property, String value, String remedy,
			CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(setting));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(property)
			.contains((value != null) ? value : "")
			.contains(remedy)
			.contains("Action:");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"cairn.kafka.spool.directory=/proc/cairn | cairn.kafka.spool.directory | /proc/cairn | cairn.kafka.spool.enabled=false",
			"cairn.kafka.spool.directory=pom.xml | cairn.kafka.spool.directory | pom.xml | a writable directory",
			"cairn.kafka.spool.max-size=1KB | cairn.kafka.spool.max-size | 1KB | at least 524288",
			"cairn.kafka.spool.replay-rate=0 | cairn.kafka.spool.replay-rate | 0 | must be positive" })
	void namesWhatIsWrongWithTheSpool(String setting, String property, String value, String remedy,
			CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(setting, "cairn.kafka.spool.enabled=true",
				setting.contains("directory") ? "cairn.recent=1" : "cairn.kafka.spool.directory=target/cairn-spool"));
		assertThat(output).contains("APPLICATION FAILED TO START").contains(property).contains(value).contains(remedy);
	}

	@Test
	void refusesToSampleCounters(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("cairn.sampling.rules[1].rate=0.1",
				"cairn.sampling.rules[1].signal=counter", "cairn.sampling.rules[1].name=orders.*"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("cairn.sampling.rules[1].rate")
			.contains("'0.1'")
			.contains("rate must be 0 or 1 for the counters 'orders.*', since counters are exact");
	}

	@Test
	void refusesRulesForSpansThatDependOnTheResult(CapturedOutput output) {
		assertThatException().isThrownBy(
				() -> start("cairn.sampling.rules[1].signal=span", "cairn.sampling.rules[1].exception=java.io.*"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("cairn.sampling.rules[1].signal")
			.contains("severity, exception, status and message must not be set for the spans '*'");
	}

	@Test
	void namesWhereAnEnvironmentVariableWasSet(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("CAIRN_RECENT=-1"));
		assertThat(output).contains("cairn.recent").contains("'-1'").contains("CAIRN_RECENT");
	}

	@Test
	void leavesWhatBootExplainsToBoot(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("cairn.recent=-1"));
		assertThat(output).contains("originating from '\"cairn.recent\" from property source \"commandLineArgs\"'");
	}

	private static void start(String setting, String... more) {
		String routeToMemory = "cairn.sampling.rules[0].rate=1";
		if (setting.startsWith("CAIRN_")) {
			RunningApplication.startWithoutWebInEnvironment(Application.class, setting);
			return;
		}
		String kafka = setting.contains("memory,kafka") ? "cairn.kafka.enabled=false"
				: "spring.kafka.bootstrap-servers=127.0.0.1:1";
		List<String> properties = new ArrayList<>(List.of(routeToMemory, kafka, "cairn.udp.host=127.0.0.1",
				setting.contains("statsd.metrics.export.host") ? "cairn.recent=1"
						: "management.statsd.metrics.export.host=127.0.0.1",
				"cairn.file.enabled=" + !setting.endsWith("=file"), "cairn.file.directory=target/cairn-events",
				setting.startsWith("cairn.shutdown-timeout") ? "spring.main.banner-mode=off"
						: "cairn.shutdown-timeout=50ms",
				setting));
		properties.addAll(List.of(more));
		RunningApplication.startWithoutWeb(Application.class, properties.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ CairnAutoConfiguration.class, ContextAutoConfiguration.class,
			FileSinkAutoConfiguration.class, KafkaAutoConfiguration.class, KafkaSinkAutoConfiguration.class,
			MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
			StatsdSinkAutoConfiguration.class, StatisticsAutoConfiguration.class, MetersAutoConfiguration.class,
			StatsdMetricsExportAutoConfiguration.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WebApplication {

	}

}
