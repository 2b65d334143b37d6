package dev.cairn.spring.core;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.NamePattern;
import dev.cairn.engine.Settings;
import dev.cairn.spring.test.RunningApplication;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for the endpoint with the configuration of a running application.
 */
class CairnConfigEndpointTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=cairnconfig";

	private static final String SHOWN = "management.endpoint.cairnconfig.show-values=always";

	private static final String SECRET = "Zx9kQ2pL7vW4";

	/** Those that are not shown, wherever they are. */
	private static final List<String> SECRETS = List.of("cairn.requests.visitor.key=" + SECRET + SECRET + SECRET,
			"cairn.notifications.webhook-url=http://127.0.0.1:1/" + SECRET,
			"cairn.kafka.properties.sasl.jaas.config=Login required username=u password=" + SECRET,
			"cairn.kafka.properties[basic.auth.user.info]=u:" + SECRET,
			"cairn.kafka.properties.ssl.keystore.key=" + SECRET, "cairn.kafka.properties.client.id=pw-${app.token}",
			"cairn.presets.audit.fields.password=" + SECRET,
			"cairn.presets.audit.fields.page=http://u:" + SECRET + "@h", "cairn.release=${app.release}",
			"app.release=1-${app.client-secret}", "app.client-secret=" + SECRET, "app.token=" + SECRET,
			"spring.kafka.ssl.trust-store-password=" + SECRET,
			"spring.kafka.properties.sasl.jaas.config=Login required password=\"" + SECRET + "\";",
			"spring.kafka.security.protocol=PLAINTEXT", "cairn.redaction.enabled=false", "sentry.dsn=",
			"management.metrics.enable.method.traced=true", "cairn.environment=Bearer " + SECRET + SECRET);

	@Test
	void showsValuesWithTheirOriginAndDefault() {
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED, SHOWN,
				"cairn.recent=60", "cairn.redaction.words=tax id,pin", "cairn.presets.audit.logger=audit")) {
			JsonNode root = read(application);
			assertThat(root.propertyNames()).containsExactly("service", "cairn", "spring_boot", "overrides");
			assertThat(root.path("service").asString()).isEqualTo("shop");
			assertThat(cairn(root, "cairn.recent"))
				.isEqualTo(Map.of("value", "60", "origin", origin("cairn.recent", "commandLineArgs"), "default", 50));
			assertThat(cairn(root, "cairn.redaction.words")).containsEntry("value", "tax id,pin");
			assertThat(cairn(root, "cairn.presets.audit.logger")).containsEntry("value", "audit");
			assertThat(cairn(root, "cairn.shutdown-timeout")).containsEntry("value", "10s")
				.containsEntry("origin", "default")
				.doesNotContainKey("default");
			assertThat(root.path("cairn").has("cairn.presets")).isFalse();
			assertThat(root.path("overrides").isEmpty()).isTrue();
		}
	}

	@Test
	void listsAllProperties() throws IOException {
		Set<String> all = PropertyMetadata
			.read(CairnConfigEndpoint.class.getClassLoader(), (name) -> name.startsWith("cairn."))
			.keySet();
		assertThat(all).hasSizeGreaterThan(80);
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED)) {
			assertThat(read(application).path("cairn").propertyNames()).containsExactlyInAnyOrderElementsOf(all);
		}
	}

	@Test
	void showsWhatCairnChangesOfSpringBoot() {
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED, SHOWN,
				"logging.expect-correlation-id=false")) {
			JsonNode root = read(application);
			assertThat(boot(root, "spring.reactor.context-propagation"))
				.isEqualTo(Map.of("value", "auto", "origin", "Cairn", "default", "limited"));
			assertThat(boot(root, "logging.expect-correlation-id")).containsEntry("value", "false")
				.containsEntry("origin", origin("logging.expect-correlation-id", "commandLineArgs"));
			assertThat(boot(root, "management.metrics.enable.method.traced")).containsEntry("value", "false")
				.containsEntry("origin", "Cairn");
			assertThat(boot(root, "spring.autoconfigure.exclude").get("value").toString())
				.contains("MetricsAspectsAutoConfiguration");
			assertThat(boot(root, "spring.application.name")).containsEntry("value", "shop");
			assertThat(boot(root, "management.tracing.sampling.probability")).containsEntry("value", 0.1)
				.containsEntry("origin", "default");
			assertThat(root.path("spring_boot").has("spring.kafka.consumer.group-id")).isFalse();
		}
	}

	@Test
	void showsTheHighestOfSeveralSources(@TempDir Path directory) throws IOException {
		Path file = Files.writeString(directory.resolve("application.yml"), """
				cairn:
				  recent: 70
				  release: 1.0
				  redaction.words: [ first, second ]
				  context.baggage: [ user, tenant ]
				  presets:
				    audit.logger: audit
				    other.logger: other
				""");
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED, SHOWN,
				"spring.config.additional-location=file:" + file, "cairn.release=2.0", "cairn.redaction.words[0]=only",
				"cairn.context.baggage=session", "cairn.presets.audit.logger=command")) {
			JsonNode root = read(application);
			assertThat(cairn(root, "cairn.recent")).containsEntry("value", 70);
			assertThat(cairn(root, "cairn.recent").get("origin").toString()).contains("application.yml")
				.endsWith(" - 2:11");
			assertThat(cairn(root, "cairn.release")).containsEntry("value", "2.0");
			assertThat(cairn(root, "cairn.redaction.words[0]")).containsEntry("value", "only");
			assertThat(root.path("cairn").has("cairn.redaction.words[1]")).isFalse();
			assertThat(cairn(root, "cairn.context.baggage")).containsEntry("value", "session");
			assertThat(root.path("cairn").has("cairn.context.baggage[0]")).isFalse();
			assertThat(cairn(root, "cairn.presets.audit.logger")).containsEntry("value", "command");
			assertThat(cairn(root, "cairn.presets.other.logger")).containsEntry("value", "other");
		}
	}

	@Test
	void showsVariablesOfTheEnvironment() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							Map.of("CAIRN_RECENT", "80", "CAIRN_LIMITS_MAX_FIELDS", "500",
									"CAIRN_SAMPLING_RULES_0_RATE", "0.5", "CAIRN_PORT", "tcp://10.0.0.1:80",
									"CAIRN_REQUESTS_VISITOR_KEY", SECRET + SECRET + SECRET)));
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.environment(environment)
			.web(WebApplicationType.NONE)
			.run("--cairn.file.directory=target/cairn-events", "--" + EXPOSED, "--" + SHOWN,
					"--management.endpoints.jmx.exposure.include=cairnconfig")) {
			CairnConfigEndpoint.ConfigDescriptor descriptor = context.getBean(CairnConfigEndpoint.class).read();
			assertThat(descriptor.cairn().get("cairn.recent").value()).isEqualTo("80");
			assertThat(descriptor.cairn().get("cairn.recent").origin())
				.isEqualTo("System Environment Property \"CAIRN_RECENT\"");
			assertThat(descriptor.cairn().get("cairn.limits.max-fields").value()).isEqualTo("500");
			assertThat(descriptor.cairn().get("cairn.sampling.rules[0].rate").value()).isEqualTo("0.5");
			assertThat(descriptor.cairn()).doesNotContainKey("cairn.port");
			assertThat(descriptor.toString()).doesNotContain(SECRET);
		}
	}

	@Test
	void showsNoSecret() {
		try (RunningApplication application = RunningApplication.start(Application.class,
				properties(EXPOSED, SHOWN, "cairn.requests.visitor.cookie=visitor"))) {
			assertThat(application.get("/actuator/cairnconfig").body()).doesNotContain(SECRET);
			JsonNode root = read(application);
			assertThat(cairn(root, "cairn.requests.visitor.key")).containsEntry("value", "******");
			assertThat(cairn(root, "cairn.release")).containsEntry("value", "******");
			assertThat(cairn(root, "cairn.requests.visitor.cookie")).containsEntry("value", "visitor");
			assertThat(cairn(root, "cairn.presets.audit.fields.page")).containsEntry("value", "http://********@h");
			assertThat(boot(root, "spring.kafka.security.protocol")).containsEntry("value", "PLAINTEXT");
			assertThat(boot(root, "sentry.dsn")).containsEntry("value", "******");
		}
	}

	@Test
	void showsNoSecretOfAReactiveApplication() {
		try (RunningApplication application = RunningApplication.startReactive(Application.class,
				properties(EXPOSED, SHOWN))) {
			assertThat(application.get("/actuator/cairnconfig").body()).contains("cairn.requests.visitor.key")
				.doesNotContain(SECRET);
		}
	}

	@Test
	void hidesValuesButNotThatTheyAreSet() {
		try (RunningApplication application = RunningApplication.startReactive(Application.class, EXPOSED,
				"cairn.release=7.5.3", "management.endpoint.cairnconfig.show-values=never")) {
			JsonNode root = read(application);
			assertThat(cairn(root, "cairn.release")).containsEntry("value", "******")
				.containsEntry("origin", origin("cairn.release", "commandLineArgs"));
			assertThat(cairn(root, "cairn.recent")).containsEntry("value", 50);
			assertThat(application.get("/actuator/cairnconfig").body()).doesNotContain("7.5.3");
		}
	}

	@Test
	void hidesValuesByDefaultAndFromStrangers() {
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED,
				"cairn.release=7.5.3")) {
			assertThat(cairn(read(application), "cairn.release")).containsEntry("value", "******");
		}
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED,
				"cairn.release=7.5.3", "management.endpoint.cairnconfig.show-values=when-authorized")) {
			assertThat(cairn(read(application), "cairn.release")).containsEntry("value", "******");
		}
	}

	@Test
	void showsValuesToThoseWhoAreAuthorized() {
		try (RunningApplication application = RunningApplication.start(AuthenticatedApplication.class, EXPOSED,
				"cairn.release=7.5.3", "management.endpoint.cairnconfig.show-values=when-authorized",
				"management.endpoint.cairnconfig.roles=operator")) {
			assertThat(application.get("/actuator/cairnconfig", "X-Role", "operator").body()).contains("7.5.3");
			assertThat(application.get("/actuator/cairnconfig", "X-Role", "guest").body()).doesNotContain("7.5.3");
			assertThat(application.get("/actuator/cairnconfig").body()).doesNotContain("7.5.3");
		}
	}

	@Test
	void failsTheStartWithAnInvalidShow() {
		assertThatException()
			.isThrownBy(() -> RunningApplication
				.start(Application.class, EXPOSED, "management.endpoint.cairnconfig.show-values=perhaps")
				.close())
			.havingRootCause()
			.withMessageContaining("perhaps");
	}

	@Test
	void appliesTheFunctionsOfTheApplication() {
		try (RunningApplication application = RunningApplication.start(SanitizedApplication.class, EXPOSED, SHOWN,
				"cairn.release=internal-7", "cairn.environment=broken",
				"cairn.requests.visitor.key=" + SECRET.repeat(3),
				"cairn.presets.audit.fields.page=internal-http://u:" + SECRET + "@h")) {
			JsonNode root = read(application);
			assertThat(cairn(root, "cairn.release")).containsEntry("value", "public-7");
			assertThat(cairn(root, "cairn.presets.audit.fields.page")).containsEntry("value",
					"public-http://********@h");
			assertThat(cairn(root, "cairn.environment")).containsEntry("value", "******");
			assertThat(cairn(root, "cairn.recent")).containsEntry("value", 50);
			assertThat(cairn(root, "cairn.requests.visitor.key")).containsEntry("value", "******");
			assertThat(application.ledger().failures()).containsKey("sanitizing function");
		}
	}

	@Test
	void resolvesPlaceholders() {
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED, SHOWN,
				"app.version=7", "cairn.release=v${app.version}-${app.missing:none}",
				"cairn.environment=${app.unknown}", "cairn.presets.audit.logger=${app.first}",
				"app.first=${app.version}")) {
			JsonNode root = read(application);
			assertThat(cairn(root, "cairn.release")).containsEntry("value", "v7-none");
			assertThat(cairn(root, "cairn.environment")).containsEntry("value", "${app.unknown}");
			assertThat(cairn(root, "cairn.presets.audit.logger")).containsEntry("value", "7");
		}
	}

	@Test
	void showsWhatASwitchOverrides() {
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED, SHOWN,
				"cairn.sampling.rules[0].name=order.*", "cairn.sampling.rules[0].rate=0.5")) {
			Settings.Holder settings = application.bean(Settings.Holder.class);
			assertThat(read(application).path("overrides").isEmpty()).isTrue();
			settings.update((current) -> current.withSamplingRules(List.of())
				.withOff(Set.of("order.placed"), Set.of("memory"))
				.withPoints(Map.of("orders", new Settings.Point(false, "password == '" + SECRET + "'", Map.of()))));
			JsonNode overrides = read(application).path("overrides");
			assertThat(overrides.propertyNames()).containsExactly("sampling_rules", "points", "types_off", "sinks_off");
			assertThat(overrides.path("sampling_rules").isEmpty()).isTrue();
			assertThat(overrides.at("/points/0/name").asString()).isEqualTo("orders");
			assertThat(overrides.at("/points/0/enabled").asBoolean()).isFalse();
			assertThat(overrides.at("/types_off/0").asString()).isEqualTo("order.placed");
			assertThat(overrides.at("/sinks_off/0").asString()).isEqualTo("memory");
			assertThat(overrides.toString()).doesNotContain(SECRET);
			settings.update((current) -> Settings.DEFAULT.withSamplingRules(List
				.of(new Settings.SamplingRule(null, NamePattern.of("order.*"), null, null, null, null, null, 0.5))));
			assertThat(read(application).path("overrides").isEmpty()).isTrue();
		}
	}

	@Test
	void isNotExposedUnlessAskedAndCannotBeWritten() {
		try (RunningApplication application = RunningApplication.start(Application.class)) {
			assertThat(application.get("/actuator/cairnconfig").statusCode()).isEqualTo(404);
		}
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED)) {
			assertThat(application.send("POST", "/actuator/cairnconfig").statusCode()).isEqualTo(405);
		}
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED,
				"cairn.enabled=false")) {
			assertThat(application.get("/actuator/cairnconfig").statusCode()).isEqualTo(404);
		}
	}

	/** The names in the code that are properties of Spring Boot or Sentry. */
	@Test
	void showsAllPropertiesThatCairnReads() throws IOException {
		Pattern literal = Pattern.compile("\"((?:logging|management|sentry|server|spring)\\.[a-z0-9.-]+)\"");
		Set<String> inCode = new TreeSet<>();
		try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
				literal.matcher(Files.readString(file)).results().forEach((found) -> inCode.add(found.group(1)));
			}
		}
		Set<String> known = PropertyMetadata.read(CairnConfigEndpoint.class.getClassLoader(), inCode::contains)
			.keySet();
		assertThat(known).hasSizeGreaterThan(15);
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED,
				"cairn.tracing.instrument=all", "sentry.dsn=")) {
			Set<String> shown = read(application).path("spring_boot")
				.propertyNames()
				.stream()
				.collect(Collectors.toSet());
			assertThat(shown).containsAll(known);
		}
	}

	private static String[] properties(String... further) {
		return Stream.concat(SECRETS.stream(), Stream.of(further)).toArray(String[]::new);
	}

	private static String origin(String name, String source) {
		return "\"" + name + "\" from property source \"" + source + "\"";
	}

	private static JsonNode read(RunningApplication application) {
		HttpResponse<String> response = application.get("/actuator/cairnconfig");
		assertThat(response.statusCode()).isEqualTo(200);
		return RunningApplication.json(response.body());
	}

	private static Map<String, Object> cairn(JsonNode root, String name) {
		return RunningApplication.map(root.path("cairn").path(name).toString());
	}

	private static Map<String, Object> boot(JsonNode root, String name) {
		return RunningApplication.map(root.path("spring_boot").path(name).toString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class SanitizedApplication {

		@Bean
		@Order(1)
		SanitizingFunction broken() {
			return (data) -> {
				if (data.getKey().equals("cairn.environment")) {
					throw new IllegalStateException("broken");
				}
				return data;
			};
		}

		@Bean
		@Order(2)
		SanitizingFunction ofTheApplication() {
			return (data) -> (data.getValue() instanceof String text)
					? data.withValue(text.replace("internal", "public")) : data;
		}

	}

	/** A header has the role of the caller. */
	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class AuthenticatedApplication {

		@Bean
		Filter authentication() {
			return (request, response, chain) -> {
				String role = ((HttpServletRequest) request).getHeader("X-Role");
				chain.doFilter((role != null) ? new Authenticated((HttpServletRequest) request, role) : request,
						response);
			};
		}

	}

	static class Authenticated extends HttpServletRequestWrapper {

		private final String role;

		Authenticated(HttpServletRequest request, String role) {
			super(request);
			this.role = role;
		}

		@Override
		public Principal getUserPrincipal() {
			return () -> "user";
		}

		@Override
		public boolean isUserInRole(String role) {
			return this.role.equals(role);
		}

	}

}
