package dev.cairn.spring.core;

import java.net.http.HttpResponse;
import java.time.Duration;

import dev.cairn.Cairn;
import dev.cairn.CairnMetrics.Timing;
import dev.cairn.Origin;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The functions of the systems that Cairn replaces which Boot and Micrometer already
 * have, as the page about migration describes them.
 */
@Timeout(120)
class MigratingTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=metrics,configprops,env";

	private static final String HOST = "management.statsd.metrics.export.host=127.0.0.1";

	/** The allow and forbid lists of scales' pusher, which denies by default. */
	@Test
	void onlyMetersThatAreAllowedAreRecorded() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Shop.class,
				"management.metrics.enable.all=false", "management.metrics.enable.orders=true",
				"management.metrics.enable.orders.debug=false")) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.incr("orders.paid");
			cairn.incr("orders.debug.retries");
			cairn.incr("carts.left");
			assertThat(application.bean(MeterRegistry.class).getMeters()).extracting((meter) -> meter.getId().getName())
				.containsOnly("orders.paid");
		}
	}

	/** The sums of scales' parents over their children. */
	@Test
	void aMeterIsSummedOverItsTags() {
		try (RunningApplication application = RunningApplication.start(Shop.class, EXPOSED)) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.incr("orders.paid", 2, "country", "de");
			cairn.incr("orders.paid", 3, "country", "fr");
			assertThat(value(application, "orders.paid", "COUNT")).isEqualTo(5);
			assertThat(value(application, "orders.paid?tag=country:de", "COUNT")).isEqualTo(2);
		}
	}

	/** The StateTime of scales. */
	@Test
	void theTimeInEachStateIsTheTotalOfATimer() {
		try (RunningApplication application = RunningApplication.start(Shop.class, EXPOSED)) {
			Cairn cairn = application.bean(Cairn.class);
			cairn.record("import.state", Duration.ofSeconds(3), "state", "reading");
			cairn.record("import.state", Duration.ofSeconds(4), "state", "reading");
			try (Timing writing = cairn.timer("import.state", "state", "writing")) {
				cairn.record("import.state", Duration.ofSeconds(1), "state", "waiting");
			}
			assertThat(value(application, "import.state?tag=state:reading", "TOTAL_TIME")).isEqualTo(7);
			assertThat(value(application, "import.state?tag=state:writing", "COUNT")).isEqualTo(1);
			assertThat(value(application, "import.state?tag=state:waiting", "TOTAL_TIME")).isEqualTo(1);
		}
	}

	/** The configuration that is in effect, as Metlog's client showed it. */
	@Test
	void theConfigurationThatIsInEffectIsShownWithItsOrigin() {
		try (RunningApplication application = RunningApplication.start(Shop.class, EXPOSED,
				"management.endpoint.configprops.show-values=always", "cairn.recent=7")) {
			HttpResponse<String> answer = application.get("/actuator/configprops/cairn");
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(RunningApplication.json(answer.body()).findValues("recent").toString()).contains("7",
					"cairn.recent");
			assertThat(application.get("/actuator/env/cairn.recent").body()).contains("commandLineArgs");
		}
	}

	/** Variables in Metlog's configuration. */
	@Test
	void aVariableMayBePartOfAValueAndHaveADefault() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Shop.class, "region=eu",
				"cairn.service=${missing.name:shop}-${region}")) {
			assertThat(application.bean(Origin.class).service()).isEqualTo("shop-eu");
		}
		try (RunningApplication application = RunningApplication.startWithoutWeb(Shop.class,
				"cairn.service=${missing.name}")) {
			assertThat(application.bean(Origin.class).service()).isEqualTo("${missing.name}");
		}
	}

	/** The prefix of Metlog's lines for StatsD, and that of scales' pusher. */
	@Test
	void allMetersMayHaveTheTagOfTheService() {
		try (UdpServer statsd = UdpServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(Shop.class, HOST, port(statsd),
						"management.metrics.tags.service=shop")) {
			application.bean(Cairn.class).incr("orders.paid");
			RunningApplication.await(() -> statsd.lines()
				.stream()
				.anyMatch((line) -> line.startsWith("orders.paid:1|c|#") && line.contains("service:shop")));
		}
	}

	/** Scales wrote two decimal places. */
	@Test
	void aSmallNumberIsNotRounded() {
		try (UdpServer statsd = UdpServer.started();
				RunningApplication application = RunningApplication.startWithoutWeb(Shop.class, HOST, port(statsd))) {
			application.bean(Cairn.class).record("orders.refused", 0.009);
			RunningApplication
				.await(() -> statsd.lines().stream().anyMatch((line) -> line.startsWith("orders.refused:0.009|")));
		}
	}

	/** The sample rate of a call of raven. */
	@Test
	void aFailureMayHaveARateOfItsOwn() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Shop.class)) {
			Cairn cairn = application.bean(Cairn.class);
			assertThat(cairn.capture(new IllegalStateException("rare"), (report) -> report.rate(0))).isNull();
			assertThat(cairn.capture(new IllegalStateException("kept"), (report) -> report.rate(1))).isNotNull();
			assertThat(application.incidents()).hasSize(1);
		}
	}

	private static String port(UdpServer statsd) {
		return "management.statsd.metrics.export.port=" + statsd.port();
	}

	private static double value(RunningApplication application, String query, String statistic) {
		HttpResponse<String> answer = application.get("/actuator/metrics/" + query);
		for (JsonNode measurement : RunningApplication.json(answer.body()).get("measurements")) {
			if (measurement.get("statistic").asString().equals(statistic)) {
				return measurement.get("value").asDouble();
			}
		}
		throw new AssertionError(answer.body());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

	}

}
