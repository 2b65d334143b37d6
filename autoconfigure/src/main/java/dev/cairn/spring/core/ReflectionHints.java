package dev.cairn.spring.core;

import java.util.List;

import dev.cairn.Event;
import dev.cairn.event.CommonEvents;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Declares the types, members and resources that Cairn reaches by reflection or by name,
 * for a native image. The names are texts, since each of the libraries may be missing. A
 * test compares the places in the code.
 */
class ReflectionHints implements RuntimeHintsRegistrar {

	private static final String WEBFLUX = "org.springframework.web.reactive.";

	private static final List<String> ROUTER_FUNCTIONS = List.of("org.springframework.web.servlet.function.",
			WEBFLUX + "function.server.");

	/** Classes of Spring whose private fields are read or set. */
	private static final List<String> FIELDS = List.of(
			WEBFLUX + "result.method.annotation.RequestMappingHandlerAdapter",
			WEBFLUX + "result.method.annotation.ControllerMethodResolver",
			WEBFLUX + "function.server.support.RouterFunctionMapping");

	/** The functions of Spring MVC and WebFlux that consist of others. */
	private static final List<String> ROUTERS = List.of("FilteredRouterFunction", "SameComposedRouterFunction",
			"DifferentComposedRouterFunction", "DefaultNestedRouterFunction");

	/** Classes whose presence is looked up by name. */
	private static final List<String> PRESENCE = List.of("org.aspectj.lang.ProceedingJoinPoint",
			"org.aspectj.weaver.tools.PointcutParser", "reactor.core.publisher.Mono",
			"io.micrometer.core.instrument.MeterRegistry", "org.springframework.http.HttpMessage",
			"jakarta.servlet.http.HttpServletResponse",
			"org.springframework.web.reactive.function.client.ClientRequest", "net.jpountz.lz4.LZ4Factory",
			"org.xerial.snappy.Snappy", "com.github.luben.zstd.Zstd",
			"org.springframework.boot.data.metrics.MetricsRepositoryMethodInvocationListener",
			// Libraries with spans
			"org.springframework.web.client.RestClient",
			"org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration",
			"org.springframework.jdbc.core.JdbcTemplate",
			"net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration",
			"org.springframework.r2dbc.core.DatabaseClient", "io.r2dbc.proxy.ProxyConnectionFactory",
			"com.mongodb.MongoClientSettings",
			"org.springframework.data.mongodb.observability.MongoObservationCommandListener",
			"org.springframework.jms.core.JmsTemplate", "io.micrometer.jakarta9.instrument.jms.JmsInstrumentation");

	/** The elements of maps of properties, whose components are compared with keys. */
	private static final List<String> PROPERTIES = List.of("dev.cairn.spring.core.CairnProperties$PresetProperties",
			"dev.cairn.spring.live.LiveProperties$ConversionProperties",
			"dev.cairn.spring.points.PointsProperties$PointProperties");

	/** Class files that are read, or whose presence is looked up. */
	private static final List<String> CLASS_FILES = List.of("dev/cairn/spring/**/*Configuration*.class",
			"ch/qos/logback/classic/LoggerContext.class",
			"io/micrometer/prometheusmetrics/PrometheusMeterRegistry.class",
			"io/sentry/spring/boot4/SentryAutoConfiguration.class");

	private static final List<String> RESOURCES = List.of("META-INF/cairn/redaction.rules",
			"META-INF/cairn/schemas/*.schema.json", "META-INF/spring-configuration-metadata.json");

	private static final String LOG_FORMATS = "dev.cairn.spring.logging.format.";

	private static final List<String> FORMATS = List.of("Ecs", "Gelf", "Json", "KeyValue", "Logfmt", "Logstash",
			"Pretty");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		RESOURCES.forEach(hints.resources()::registerPattern);
		CLASS_FILES.forEach(hints.resources()::registerPattern);
		hints.proxies().registerJdkProxy(Event.class);
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(),
				CommonEvents.class.getDeclaredClasses());
		PRESENCE.forEach((type) -> hints.reflection().registerTypeIfPresent(classLoader, type));
		PROPERTIES.forEach((type) -> hints.reflection()
			.registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_DECLARED_METHODS));
		FIELDS.forEach((type) -> fields(hints, classLoader, type));
		for (String functions : ROUTER_FUNCTIONS) {
			ROUTERS.forEach((type) -> fields(hints, classLoader, functions + "RouterFunctions$" + type));
		}
		invoked(hints, classLoader, "io.micrometer.core.instrument.MeterRegistry", "getBaseTimeUnit");
		invoked(hints, classLoader, "org.springframework.kafka.listener.FailedRecordProcessor", "getRetryListeners");
		for (String system : List.of("LogbackLines", "Log4jLines")) {
			FORMATS.forEach((format) -> hints.reflection()
				.registerTypeIfPresent(classLoader, LOG_FORMATS + system + "$" + format,
						MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
		}
	}

	private static void fields(RuntimeHints hints, @Nullable ClassLoader classLoader, String type) {
		hints.reflection()
			.registerTypeIfPresent(classLoader, type,
					(hint) -> hint.withMembers(MemberCategory.ACCESS_DECLARED_FIELDS));
	}

	private static void invoked(RuntimeHints hints, @Nullable ClassLoader classLoader, String type, String method) {
		hints.reflection()
			.registerTypeIfPresent(classLoader, type,
					(hint) -> hint.withMethod(method, List.of(), ExecutableMode.INVOKE));
	}

}
