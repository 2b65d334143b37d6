package dev.cairn.spring.doctor;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import javax.sql.DataSource;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.read.ListAppender;
import dev.cairn.Ledger;
import dev.cairn.annotation.Traced;
import dev.cairn.spring.doctor.DoctorCheck.Finding;
import dev.cairn.spring.doctor.unmanaged.Unmanaged;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the checks: each finds a problem, and is silent without it.
 */
class DoctorChecksTests {

	private final ApplicationContextRunner runner = Contexts.plain()
		.withPropertyValues("cairn.incidents.application-packages=dev.cairn.spring.doctor");

	@Test
	void findsUnknownProperties() {
		this.runner.withPropertyValues("cairn.servise=shop")
			.run((context) -> assertThat(findings(context, "unknown-properties")).extracting(Finding::where)
				.containsExactly("cairn.servise"));
		this.runner.withPropertyValues("cairn.service=shop")
			.run((context) -> assertThat(findings(context, "unknown-properties")).isEmpty());
	}

	@Test
	void findsADiskThatIsNearlyFull(@TempDir Path folder) throws IOException {
		MockEnvironment environment = new MockEnvironment().withProperty("cairn.file.directory",
				folder.resolve("events").toString());
		this.runner.run((context) -> {
			Ledger ledger = context.getBean(Ledger.class);
			assertThat(new StorageCheck(environment, ledger, Long.MAX_VALUE).examine())
				.anySatisfy((finding) -> assertThat(finding.what()).contains("MB left"))
				.allSatisfy((finding) -> assertThat(finding.remedy()).startsWith("cairn.file.directory="));
			assertThat(new StorageCheck(environment, ledger, 0).examine()).extracting(Finding::what)
				.noneMatch((what) -> what.contains("MB left"));
		});
		assertThat(Files.exists(folder.resolve("events"))).isFalse();
	}

	@Test
	@EnabledOnOs(value = OS.LINUX, disabledReason = "Others have no file system in memory at a known path")
	void findsAFolderInMemory() {
		Path memory = Path.of("/dev/shm");
		this.runner.withPropertyValues("cairn.file.directory=" + memory.resolve("cairn-doctor"))
			.run((context) -> assertThat(findings(context, "storage")).extracting(Finding::what)
				.contains("The directory is lost with the memory of this machine or container"));
	}

	@Test
	void findsMethodsThatNoProxySees() {
		this.runner.withUserConfiguration(Beans.class)
			.run((context) -> assertThat(findings(context, "unseen-methods")).extracting(Finding::where)
				.containsExactlyInAnyOrder(FinalClass.class.getName() + "#visible",
						PrivateMethod.class.getName() + "#hidden"));
		this.runner.withUserConfiguration(GoodBeans.class)
			.run((context) -> assertThat(findings(context, "unseen-methods")).isEmpty());
	}

	@Test
	void findsPointsThatMatchNoMethod() {
		this.runner.withUserConfiguration(GoodBeans.class)
			.withPropertyValues("cairn.points.visits.method=good#invisible")
			.run((context) -> assertThat(findings(context, "unmatched-points")).singleElement().satisfies((finding) -> {
				assertThat(finding.where()).isEqualTo("cairn.points.visits.method");
				assertThat(finding.what()).contains("visits", "good#visible");
			}));
		this.runner.withUserConfiguration(GoodBeans.class)
			.withPropertyValues("cairn.points.visits.method=good#visible")
			.run((context) -> assertThat(findings(context, "unmatched-points")).isEmpty());
	}

	@Test
	void findsCallsOnThis() {
		this.runner.withUserConfiguration(Selves.class)
			.run((context) -> assertThat(findings(context, "self-invocation")).extracting(Finding::where)
				.containsExactly(CallsItself.class.getName() + "#all"));
		this.runner.withUserConfiguration(GoodBeans.class)
			.run((context) -> assertThat(findings(context, "self-invocation")).isEmpty());
	}

	@Test
	void findsAnnotatedClassesThatAreNoBeans() {
		this.runner.withUserConfiguration(UnmanagedApplication.class)
			.run((context) -> assertThat(findings(context, "unmanaged-classes")).extracting(Finding::where)
				.containsExactly(Unmanaged.class.getName() + "#visible"));
		this.runner.withUserConfiguration(ManagedApplication.class)
			.run((context) -> assertThat(findings(context, "unmanaged-classes")).isEmpty());
	}

	@Test
	void findsControllersThatAreTimedTwice() {
		this.runner.withBean(TimedController.class)
			.run((context) -> assertThat(findings(context, "timed-controllers")).extracting(Finding::where)
				.containsExactly(TimedController.class.getName()));
		this.runner.withBean(PlainController.class)
			.run((context) -> assertThat(findings(context, "timed-controllers")).isEmpty());
	}

	@Test
	void findsAnswersOfSpringSecurityThatAreNoProblemDetails() {
		ApplicationContextRunner secured = this.runner.withPropertyValues("spring.mvc.problemdetails.enabled=true")
			.withBean(SecurityFilterChain.class,
					() -> new DefaultSecurityFilterChain(AnyRequestMatcher.INSTANCE, List.of()));
		secured.run((context) -> assertThat(findings(context, "problem-details")).hasSize(1));
		secured.withBean(AuthenticationEntryPoint.class, () -> new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED))
			.run((context) -> assertThat(findings(context, "problem-details")).isEmpty());
	}

	@Test
	void findsObservationsThatAreOff() {
		String property = "management.observations.enable.http.server.requests=false";
		this.runner.withBean(Tracer.class, () -> Tracer.NOOP)
			.withPropertyValues(property)
			.run((context) -> assertThat(findings(context, "observations")).extracting(Finding::remedy)
				.containsExactly("management.observations.enable.http.server.requests=true"));
		this.runner.withBean(Tracer.class, () -> Tracer.NOOP)
			.run((context) -> assertThat(findings(context, "observations")).isEmpty());
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(findings(context, "observations")).isEmpty());
	}

	@Test
	void findsTwoSystemsThatMakeTraces() {
		ApplicationContextRunner traced = this.runner.withBean(Tracer.class, () -> Tracer.NOOP);
		try (SentryServer sentry = SentryServer.started()) {
			String dsn = "sentry.dsn=" + sentry.dsn();
			traced.withPropertyValues("cairn.sentry.enabled=false", dsn, "sentry.traces-sample-rate=0.5")
				.run((context) -> assertThat(findings(context, "trace-ids")).extracting(Finding::where)
					.containsExactly("sentry.traces-sample-rate"));
			traced.withPropertyValues("cairn.sentry.enabled=false", dsn)
				.run((context) -> assertThat(findings(context, "trace-ids")).isEmpty());
		}
	}

	@Test
	void findsDataSourcesWithoutSpans() {
		ApplicationContextRunner traced = this.runner.withBean(Tracer.class, () -> Tracer.NOOP)
			.withClassLoader(new FilteredClassLoader("net.ttddyy"));
		traced.withBean("orders", DataSource.class, JdbcDataSource::new)
			.run((context) -> assertThat(findings(context, "jdbc")).extracting(Finding::where)
				.containsExactly("orders"));
		traced.run((context) -> assertThat(findings(context, "jdbc")).isEmpty());
		this.runner.withBean(Tracer.class, () -> Tracer.NOOP)
			.withBean("orders", DataSource.class, JdbcDataSource::new)
			.run((context) -> assertThat(findings(context, "jdbc")).isEmpty());
	}

	@Test
	void findsExecutorsWithoutTheContext() {
		this.runner.withUserConfiguration(Executors.class)
			.run((context) -> assertThat(findings(context, "executors")).extracting(Finding::where)
				.containsExactly("pool"));
		this.runner.run((context) -> assertThat(findings(context, "executors")).isEmpty());
	}

	@Test
	void findsLoggersWithoutAnAppender() {
		LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
		Logger logger = loggers.getLogger("doctor.silent");
		try {
			this.runner.run((context) -> {
				assertThat(findings(context, "logback-loggers")).isEmpty();
				logger.setAdditive(false);
				assertThat(findings(context, "logback-loggers")).extracting(Finding::where)
					.containsExactly("doctor.silent");
				logger.addAppender(new ListAppender<>());
				assertThat(findings(context, "logback-loggers")).isEmpty();
			});
		}
		finally {
			logger.detachAndStopAllAppenders();
			logger.setAdditive(true);
		}
	}

	@Test
	void findsARandomKeyOfVisitorsThatOthersCount() {
		WebApplicationContextRunner web = Contexts.web();
		web.withPropertyValues("cairn.udp.host=127.0.0.1")
			.run((context) -> assertThat(findings(context, "visitor-key")).hasSize(1));
		web.withPropertyValues("cairn.udp.host=127.0.0.1", "cairn.requests.visitor.key=0123456789abcdef")
			.run((context) -> assertThat(findings(context, "visitor-key")).isEmpty());
		web.run((context) -> assertThat(findings(context, "visitor-key")).isEmpty());
	}

	@Test
	void findsAStatsdServerThatRefusesOrHasNoAddress() throws Exception {
		String host = "management.statsd.metrics.export.host=";
		String port = "management.statsd.metrics.export.port=";
		ApplicationContextRunner metrics = Contexts.withMetrics()
			.withPropertyValues("management.statsd.metrics.export.enabled=true");
		try (DatagramSocket server = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
			metrics.withPropertyValues(host + "127.0.0.1", port + server.getLocalPort()).run((context) -> {
				context.getBean(MeterRegistry.class).counter("orders").increment();
				awaitBalance(context, (statsd) -> statsd.delivered() > 0);
				assertThat(findings(context, "statsd-host")).isEmpty();
			});
			int closed = server.getLocalPort();
			server.close();
			metrics.withPropertyValues(host + "127.0.0.1", port + closed).run((context) -> {
				assertThat(findings(context, "statsd-host")).isEmpty();
				context.getBean(MeterRegistry.class).counter("orders").increment();
				awaitBalance(context, (statsd) -> statsd.lastError() != null);
				assertThat(findings(context, "statsd-host")).extracting(Finding::what)
					.singleElement()
					.asString()
					.contains("no process receives on 127.0.0.1:" + closed);
			});
		}
		metrics.withPropertyValues(host + "statsd.invalid")
			.run((context) -> assertThat(findings(context, "statsd-host")).extracting(Finding::what)
				.containsExactly("The name of the StatsD host does not resolve"));
	}

	private static void awaitBalance(ApplicationContext context, Predicate<Ledger.Balance> condition) {
		RunningApplication.await(() -> condition.test(context.getBean(Ledger.class).balances().get("statsd")));
	}

	static List<Finding> findings(ApplicationContext context, String name) throws Exception {
		for (DoctorCheck check : context.getBeansOfType(DoctorCheck.class).values()) {
			if (check.name().equals(name)) {
				return check.examine();
			}
		}
		throw new AssertionError("There is no check " + name);
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		FinalClass finalClass() {
			return new FinalClass();
		}

		@Bean
		PrivateMethod privateMethod() {
			return new PrivateMethod();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class GoodBeans {

		@Bean
		Good good() {
			return new Good();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Selves {

		@Bean
		CallsItself callsItself() {
			return new CallsItself();
		}

		@Bean
		CallsItsProxy callsItsProxy() {
			return new CallsItsProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Executors {

		@Bean(destroyMethod = "shutdown")
		ThreadPoolExecutor pool() {
			return new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackages = "dev.cairn.spring.doctor.unmanaged")
	static class UnmanagedApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackages = "dev.cairn.spring.doctor.unmanaged")
	static class ManagedApplication {

		@Bean
		Unmanaged unmanaged() {
			return new Unmanaged();
		}

	}

	@RestController
	static class TimedController {

		@Timed("visible")
		@GetMapping("/visible")
		String visible() {
			return "";
		}

	}

	@RestController
	static class PlainController {

		@GetMapping("/visible")
		String visible() {
			return "";
		}

	}

	static class CallsItself {

		void all() {
			one();
		}

		@Traced
		void one() {
		}

	}

	static class CallsItsProxy {

		private @Nullable CallsItsProxy self;

		void all() {
			if (this.self != null) {
				this.self.one();
			}
		}

		@Traced
		void one() {
		}

	}

	static final class FinalClass {

		@Timed("visible")
		void visible() {
		}

	}

	static class PrivateMethod {

		@Traced
		private void hidden() {
		}

	}

	static class Good {

		@Traced
		void visible() {
		}

	}

}
