package dev.cairn.spring.core;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.EventType;
import dev.cairn.event.CommonEvents;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A native image has what Cairn reaches by reflection or by name.
 */
class ReflectionHintsTests {

	/**
	 * The classes with reflective calls, each with the hint that it has, or the reason
	 * for which it needs none. A new one needs a line here.
	 */
	private static final Map<String, String> PLACES = Map.ofEntries(Map.entry("dev.cairn.NoopCairn", "proxies"),
			Map.entry("dev.cairn.engine.RecordShape", "records, EventRecordHints"),
			Map.entry("dev.cairn.engine.EventSchemas", "resources"),
			Map.entry("dev.cairn.redaction.RedactionRules", "resources"),
			Map.entry("dev.cairn.spring.aop.Calls", "presence, and classes of beans, as for proxies"),
			Map.entry("dev.cairn.spring.aop.Expression", "classes of the application, src/docs/aot.md"),
			Map.entry("dev.cairn.spring.context.BaggageSender", "presence"),
			Map.entry("dev.cairn.spring.context.BoundMembers", "classes of the application, src/docs/aot.md"),
			Map.entry("dev.cairn.spring.core.CairnDefaults", "class files"),
			Map.entry("dev.cairn.spring.core.EventRecordHints", "none, at build time only"),
			Map.entry("dev.cairn.spring.core.StartReport", "presence"),
			Map.entry("dev.cairn.spring.core.PropertyMetadata", "resources"),
			Map.entry("dev.cairn.spring.core.UnknownProperties", "resources, and records of properties"),
			Map.entry("dev.cairn.spring.doctor.ApplicationClasses", "none, without class files it finds nothing"),
			Map.entry("dev.cairn.spring.doctor.JdbcCheck", "presence"),
			Map.entry("dev.cairn.spring.doctor.SelfInvocationCheck", "classes of beans, as for proxies"),
			Map.entry("dev.cairn.spring.doctor.UnseenMethodsCheck", "classes of beans, as for proxies"),
			Map.entry("dev.cairn.spring.error.ApplicationBeans", "classes of beans, as for proxies"),
			Map.entry("dev.cairn.spring.error.TextSource", "none, it falls back to the name of the class"),
			Map.entry("dev.cairn.spring.kafka.ProducerConfiguration", "presence"),
			Map.entry("dev.cairn.spring.kafka.listener.ListenerContainerConfigurer", "methods"),
			Map.entry("dev.cairn.spring.logging.format.LogFormats", "formats"),
			Map.entry("dev.cairn.spring.metrics.MetersAutoConfiguration", "presence"),
			Map.entry("dev.cairn.spring.metrics.StatisticsAutoConfiguration", "methods"),
			Map.entry("dev.cairn.spring.points.MethodSelector", "presence"),
			Map.entry("dev.cairn.spring.tracing.MissingLibraries", "presence"),
			Map.entry("dev.cairn.spring.web.error.PrivateFields", "fields"),
			Map.entry("dev.cairn.spring.web.request.ReactiveResponse", "presence"),
			Map.entry("dev.cairn.spring.web.request.RequestsProperties", "presence"));

	private static final Set<String> REFLECTIVE = Set.of("java.lang.Class.forName", "java.lang.Class.getDeclaredField",
			"java.lang.Class.getDeclaredFields", "java.lang.Class.getDeclaredMethod",
			"java.lang.Class.getDeclaredMethods", "java.lang.Class.getMethod", "java.lang.Class.getResource",
			"java.lang.Class.getResourceAsStream", "java.lang.Class.getRecordComponents",
			"java.lang.ClassLoader.getResource", "java.lang.ClassLoader.getResources",
			"java.lang.ClassLoader.getResourceAsStream", "java.lang.ClassLoader.loadClass",
			"java.lang.invoke.MethodHandles$Lookup.unreflect", "java.lang.invoke.MethodHandles$Lookup.findVirtual",
			"java.lang.invoke.MethodHandles$Lookup.findVarHandle", "java.lang.reflect.Proxy.newProxyInstance",
			"java.lang.reflect.Constructor.newInstance", "java.util.ServiceLoader.load",
			"org.springframework.beans.BeanUtils.instantiateClass", "org.springframework.util.ClassUtils.forName",
			"org.springframework.util.ClassUtils.isPresent", "org.springframework.util.ClassUtils.resolveClassName",
			"org.springframework.util.ReflectionUtils.findField", "org.springframework.util.ReflectionUtils.findMethod",
			"org.springframework.util.ReflectionUtils.doWithFields",
			"org.springframework.util.ReflectionUtils.makeAccessible");

	private final RuntimeHints hints = hints();

	private static RuntimeHints hints() {
		RuntimeHints hints = new RuntimeHints();
		registrar().registerHints(hints, ReflectionHintsTests.class.getClassLoader());
		return hints;
	}

	private static RuntimeHintsRegistrar registrar() {
		return AotServices.factories()
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter(ReflectionHints.class::isInstance)
			.findFirst()
			.orElseThrow();
	}

	@Test
	void everyReflectiveCallIsKnown() {
		Set<String> found = new TreeSet<>();
		for (JavaClass type : new ClassFileImporter()
			.importUrls(List.of(Cairn.class.getProtectionDomain().getCodeSource().getLocation(),
					CairnAutoConfiguration.class.getProtectionDomain().getCodeSource().getLocation()))) {
			for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
				if (REFLECTIVE.contains(call.getTargetOwner().getName() + "." + call.getTarget().getName())) {
					found.add(type.getName().replaceAll("\\$.*", ""));
				}
			}
		}
		assertThat(found).isEqualTo(new TreeSet<>(PLACES.keySet()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "META-INF/cairn/redaction.rules", "META-INF/cairn/schemas/exception.schema.json",
			"META-INF/cairn/schemas/order.placed.schema.json", "META-INF/spring-configuration-metadata.json",
			"dev/cairn/spring/core/CairnAutoConfiguration.class",
			"dev/cairn/spring/tracing/TracingAutoConfiguration$TracedConfiguration.class",
			"dev/cairn/spring/core/JacksonConfiguration.class", "ch/qos/logback/classic/LoggerContext.class",
			"io/sentry/spring/boot4/SentryAutoConfiguration.class",
			"io/micrometer/prometheusmetrics/PrometheusMeterRegistry.class" })
	void resourcesCanBeRead(String resource) {
		assertThat(RuntimeHintsPredicates.resource().forResource(resource)).accepts(this.hints);
	}

	@ParameterizedTest
	@ValueSource(strings = { "dev.cairn.spring.core.CairnProperties$PresetProperties",
			"dev.cairn.spring.live.LiveProperties$ConversionProperties",
			"dev.cairn.spring.points.PointsProperties$PointProperties" })
	void theComponentsOfPropertiesCanBeRead(String type) {
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(TypeReference.of(type))
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS)).accepts(this.hints);
	}

	@Test
	void aCairnWithoutEffectHasItsProxy() {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Event.class)).accepts(this.hints);
	}

	@Test
	void privateMembersOfLibrariesCanBeUsed() throws Exception {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(MeterRegistry.class, "getBaseTimeUnit"))
			.accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation("org.springframework.kafka.listener.FailedRecordProcessor", "getRetryListeners"))
			.accepts(this.hints);
		String flux = "org.springframework.web.reactive.";
		assertField(flux + "result.method.annotation.RequestMappingHandlerAdapter", "methodResolver");
		assertField(flux + "result.method.annotation.ControllerMethodResolver", "exceptionHandlerCache");
		assertField(flux + "function.server.support.RouterFunctionMapping", "routerFunction");
		for (String stack : List.of("servlet", "reactive")) {
			String functions = "org.springframework.web." + stack + ".function.RouterFunctions$";
			if (stack.equals("reactive")) {
				functions = flux + "function.server.RouterFunctions$";
			}
			assertField(functions + "FilteredRouterFunction", "routerFunction");
			assertField(functions + "FilteredRouterFunction", "filterFunction");
			assertField(functions + "SameComposedRouterFunction", "first");
			assertField(functions + "DifferentComposedRouterFunction", "second");
			assertField(functions + "DefaultNestedRouterFunction", "predicate");
		}
	}

	private void assertField(String type, String field) throws Exception {
		Class<?> owner = ClassUtils.forName(type, null);
		assertThat(owner.getDeclaredField(field)).isNotNull();
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(type, field)).accepts(this.hints);
	}

	@Test
	void formatsOfLogLinesCanBeCreated() throws Exception {
		for (String system : List.of("LogbackLines", "Log4jLines")) {
			Class<?> lines = ClassUtils.forName("dev.cairn.spring.logging.format." + system, null);
			Stream<Class<?>> formats = Stream.of(lines.getDeclaredClasses())
				.filter((type) -> !type.isInterface() && !java.lang.reflect.Modifier.isAbstract(type.getModifiers()));
			assertThat(formats).isNotEmpty()
				.allSatisfy((type) -> assertThat(
						RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructors()[0]))
					.accepts(this.hints));
		}
	}

	@Test
	void commonEventsCanBeRead() {
		assertThat(CommonEvents.class.getDeclaredClasses()).isNotEmpty()
			.allSatisfy((type) -> assertReadable(this.hints, type));
	}

	@Test
	void eventsOfTheApplicationCanBeRead() {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.setBeanClassLoader(ReflectionHintsTests.class.getClassLoader());
		AutoConfigurationPackages.register(beans, ReflectionHintsTests.class.getPackageName());
		DefaultGenerationContext context = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get("dev.cairn", "Application")), new InMemoryGeneratedFiles());
		BeanFactoryInitializationAotProcessor processor = AotServices.factories()
			.load(BeanFactoryInitializationAotProcessor.class)
			.stream()
			.filter(EventRecordHints.class::isInstance)
			.findFirst()
			.orElseThrow();
		BeanFactoryInitializationAotContribution contribution = processor.processAheadOfTime(beans);
		assertThat(contribution).isNotNull();
		contribution.applyTo(context, null);
		assertReadable(context.getRuntimeHints(), ParcelSent.class);
		assertReadable(context.getRuntimeHints(), Parcel.class);
	}

	private static void assertReadable(RuntimeHints hints, Class<?> type) {
		Set<Method> accessors = Stream.of(type.getRecordComponents())
			.map(RecordComponent::getAccessor)
			.collect(Collectors.toSet());
		assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(type))).accepts(hints);
		assertThat(accessors)
			.allSatisfy((accessor) -> assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(accessor))
				.accepts(hints));
	}

	@EventType("parcel.sent")
	record ParcelSent(Parcel parcel) {
	}

	record Parcel(String number) {
	}

}
