package dev.cairn.spring.core;

import java.util.List;

import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.Traced;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.test.ClassPath;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.aop.MeterTag;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.annotation.ObservationKeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts applications without AspectJ, which the starter does not include.
 */
@ExtendWith(OutputCaptureExtension.class)
class WithoutAspectJTests {

	private static final ClassPath WITHOUT_ASPECTJ = ClassPath.without("aspectj");

	@Test
	void annotationsAndPointsWork() throws Exception {
		assertThat(WITHOUT_ASPECTJ.run(Use.class))
			.isEqualTo("CGLIB proxy, timed 1, counted 1, events [order.paid, till.used]");
	}

	@Test
	void annotationsAndPointsWorkWithProxiesOfInterfaces() throws Exception {
		assertThat(WITHOUT_ASPECTJ.run(Use.class, "--spring.aop.proxy-target-class=false"))
			.isEqualTo("JDK proxy, timed 1, counted 1, events [order.paid, till.used]");
	}

	@Test
	void aTagOfMicrometerNamesTheMissingDependency(CapturedOutput output) throws Exception {
		WITHOUT_ASPECTJ.run(Use.class);
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN ") && line.contains("is ignored")))
			.hasSize(2)
			.allMatch((line) -> line.endsWith("is ignored, because it requires AspectJ; add the dependency "
					+ "org.springframework.boot:spring-boot-starter-aspectj"))
			.anyMatch((line) -> line.contains("@MeterTag in " + Shop.class.getName()))
			.anyMatch((line) -> line.contains("@ObservationKeyValue in " + Shop.class.getName()));
	}

	@Test
	void aPointcutNamesTheMissingDependency(CapturedOutput output) throws Exception {
		assertThat(WITHOUT_ASPECTJ.run(Pointcut.class)).isEqualTo("failed");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("cairn.points.paid.pointcut")
			.contains("pointcuts require AspectJ, which is not on the class path; add the dependency "
					+ "org.springframework.boot:spring-boot-starter-aspectj, or select the method with "
					+ "cairn.points.<name>.method");
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.application.name=shop", "cairn.file.enabled=false",
					"logging.level.root=warn")
			.run(arguments);
	}

	private static String use(String... arguments) {
		String point = "--cairn.points.[till.used].method=Till#pay";
		try (ConfigurableApplicationContext context = start(StringUtils.addStringToArray(arguments, point))) {
			Till till = context.getBean(Till.class);
			till.pay("de");
			List<String> events = context.getBean(MemorySink.class)
				.messages()
				.stream()
				.map((message) -> message.type())
				.sorted()
				.toList();
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			return (AopUtils.isJdkDynamicProxy(till) ? "JDK" : "CGLIB") + " proxy, timed "
					+ meters.find("paid").timers().stream().mapToLong(Timer::count).sum() + ", counted "
					+ (int) meters.get("payments").counter().count() + ", events " + events;
		}
	}

	/**
	 * Runs in the other class loader.
	 */
	public static final class Use {

		private Use() {
		}

		/**
		 * Uses an application.
		 * @param arguments its arguments
		 * @return what it has recorded
		 */
		public static String run(String... arguments) {
			return use(arguments);
		}

	}

	/**
	 * Runs in the other class loader.
	 */
	public static final class Pointcut {

		private Pointcut() {
		}

		/**
		 * Starts an application.
		 * @param arguments none
		 * @return how it ended
		 */
		public static String run(String... arguments) {
			try (ConfigurableApplicationContext context = start(
					"--cairn.points.paid.pointcut=execution(* dev.cairn..Till.pay(..))")) {
				return "started";
			}
			catch (RuntimeException ex) {
				return "failed";
			}
		}

	}

	interface Till {

		void pay(String country);

	}

	static class Shop implements Till {

		@Override
		@Timed("paid")
		@Counted("payments")
		@Traced
		@PublishEvent("order.paid")
		public void pay(@MeterTag("country") @ObservationKeyValue("country") String country) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Till till() {
			return new Shop();
		}

		@Bean
		MemorySink memorySink(Accounts ledger) {
			return new MemorySink(ledger.channel("memory"), 100);
		}

	}

}
